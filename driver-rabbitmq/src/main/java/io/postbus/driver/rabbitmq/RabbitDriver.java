package io.postbus.driver.rabbitmq;

import io.postbus.spi.Capability;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Durability;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Signals;
import io.postbus.spi.Start;
import io.postbus.spi.Topology;
import io.postbus.spi.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One broker by two connections, for a resource alarm blocks the one that publishes: one to
 * publish, one for all else. Thread-safe.
 */
final class RabbitDriver implements Driver {
  private static final ProducerSpec HINTS =
      new ProducerSpec(Confirm.RAPID, Duration.ofSeconds(1), 1_000);
  private static final long CLOSE_MILLIS = 2_500;

  private final RabbitSettings settings;
  private final DriverContext context;
  private final RabbitNames names;
  private final Declarations declarations;
  private final String threads;
  private final ExecutorService background;
  private final ScheduledExecutorService timer;
  private final RabbitLink publishing;
  private final RabbitLink consuming;
  private final RabbitCalls calls;
  private final Topology topology;
  private final RabbitSignals signals;
  private final RabbitProducer hints;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  RabbitDriver(RabbitSettings settings, DriverContext context) {
    this.settings = settings;
    this.context = context;
    this.names = new RabbitNames(context.namespace());
    this.declarations = new Declarations(names, settings);
    this.threads = "postbus-" + context.name();
    this.background = background(threads + "-background");
    this.timer = Executors.newSingleThreadScheduledExecutor(new DaemonThreads(threads + "-timer"));
    RabbitConnector connector = new RabbitConnector(settings, context.name(), background);
    this.publishing = new RabbitLink("publishing", threads, connector);
    this.consuming = new RabbitLink("consuming", threads, connector);
    this.calls = new RabbitCalls(consuming, context.callTimeout(), background);
    this.topology = new RabbitTopology(calls, names, declarations);
    this.hints = producer(HINTS, "signals");
    this.signals = new RabbitSignals(consuming, hints, names);
  }

  void start() {
    for (RabbitLink link : new RabbitLink[] {publishing, consuming}) {
      link.onConnect(declarations::again);
      link.onChange(this::report);
    }
    consuming.onConnect(signals::read);
    hints.start();
    publishing.start();
    consuming.start();
  }

  private void report() {
    RabbitLink worse =
        publishing.state().compareTo(consuming.state()) >= 0 ? publishing : consuming;
    if (!closed.get()) {
      context.state(worse.state(), worse.reason());
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.TYPE_FILTER,
        Capability.RESIZE,
        Capability.ORDER_PER_KEY,
        Capability.SINGLE_ACTIVE,
        Capability.SHARED);
  }

  @Override
  public Durability durability() {
    return Durability.DURABLE;
  }

  @Override
  public Optional<Duration> maxHold() {
    return Optional.of(settings.ackTimeout());
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    ensureOpen();
    RabbitProducer producer = producer(spec, "producer-" + made.incrementAndGet());
    opened(producer);
    producer.start();
    return producer;
  }

  private RabbitProducer producer(ProducerSpec spec, String name) {
    return new RabbitProducer(
        publishing,
        names,
        spec,
        settings.publishChannels(),
        threads + "-" + name,
        timer,
        open::remove);
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    ensureOpen();
    if (spec.start() == Start.EARLIEST) {
      throw new UnsupportedCapabilityException(
          "RabbitMQ keeps no history for the group " + spec.group().name() + " to begin with");
    }
    declarations.remember(spec.group());
    RabbitConsumer consumer =
        new RabbitConsumer(
            consuming,
            declarations,
            names,
            settings,
            spec,
            listener,
            context.clock(),
            threads + "-consumer",
            open::remove);
    opened(consumer);
    consumer.start();
    return consumer;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public Signals signals() {
    return signals;
  }

  private void opened(AutoCloseable part) {
    open.add(part);
    if (closed.get()) {
      open.remove(part);
      throw new ClosedException("The driver");
    }
  }

  private void ensureOpen() {
    if (closed.get()) {
      throw new ClosedException("The driver");
    }
  }

  /** All at once and with a limit, then by force: see {@link RabbitLink#close}. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    calls.close();
    open.add(hints);
    inParallel(open.toArray(AutoCloseable[]::new));
    inParallel(() -> publishing.close(background), () -> consuming.close(background));
    timer.shutdownNow();
  }

  /**
   * Threads that go away by themselves when they have nothing to do: the client may still come with
   * something when all is closed, and must not be refused.
   */
  private static ExecutorService background(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        new DaemonThreads(name));
  }

  private void inParallel(AutoCloseable... parts) {
    CountDownLatch left = new CountDownLatch(parts.length);
    for (AutoCloseable part : parts) {
      background.execute(
          () -> {
            try {
              part.close();
            } catch (Exception e) {
              throw new IllegalStateException("Closing " + part + " failed", e);
            } finally {
              left.countDown();
            }
          });
    }
    try {
      boolean ignored = left.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
