package io.postbus.driver.rabbitmq;

import io.postbus.spi.Capability;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Durability;
import io.postbus.spi.Group;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Signals;
import io.postbus.spi.Start;
import io.postbus.spi.Topology;
import io.postbus.spi.UnsupportedCapabilityException;
import io.postbus.spi.support.Background;
import io.postbus.spi.support.DaemonThreads;
import io.postbus.spi.support.ListenerCalls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One broker by two connections, for a resource alarm blocks the one that publishes: one to
 * publish, one for all else. Thread-safe.
 */
final class RabbitDriver implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitDriver.class);
  private static final ProducerSpec HINTS =
      new ProducerSpec(Confirm.RAPID, Duration.ofSeconds(1), 1_000);
  private static final Duration CLOSE = Duration.ofMillis(2_500);

  private final RabbitSettings settings;
  private final DriverContext context;
  private final RabbitNames names;
  private final Declarations declarations;
  private final String threads;
  private final Background background;
  private final ScheduledExecutorService timer;
  private final RabbitLink publishing;
  private final RabbitLink consuming;
  private final KnownExchanges exchanges = new KnownExchanges();
  private final RabbitCalls calls;
  private final Topology topology;
  private final RabbitSignals signals;

  /** What has been opened and not closed; also the lock for opening and closing. */
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

  private final Object reporting = new Object();
  private int made;
  private volatile boolean closed;

  RabbitDriver(RabbitSettings settings, DriverContext context) {
    this.settings = settings;
    this.context = context;
    this.names = new RabbitNames(context.namespace());
    this.declarations = new Declarations(names, settings);
    this.threads = "postbus-" + context.name();
    this.background = new Background(threads + "-background", e -> LOG.error("Closing failed", e));
    this.timer = Executors.newSingleThreadScheduledExecutor(new DaemonThreads(threads + "-timer"));
    RabbitConnector connector = new RabbitConnector(settings, context.name(), background);
    this.publishing = new RabbitLink("publishing", threads, connector);
    this.consuming = new RabbitLink("consuming", threads, connector);
    this.calls = new RabbitCalls(consuming, context.callTimeout(), background);
    this.topology = new RabbitTopology(calls, names, declarations);
    this.signals = new RabbitSignals(consuming, names);
  }

  void start() {
    for (RabbitLink link : List.of(publishing, consuming)) {
      link.onConnect(declarations::again);
      link.onChange(this::report);
    }
    consuming.onConnect(signals::read);
    signals.sendBy(open(HINTS));
    publishing.start();
    consuming.start();
  }

  private void report() {
    synchronized (reporting) {
      boolean publishingIsWorse = publishing.state().compareTo(consuming.state()) >= 0;
      RabbitLink worse = publishingIsWorse ? publishing : consuming;
      if (!closed) {
        context.state(worse.state(), worse.reason());
      }
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
    return open(spec);
  }

  private RabbitProducer open(ProducerSpec spec) {
    synchronized (open) {
      String thread = threadOf("producer");
      PublishWriter writer =
          new PublishWriter(
              publishing,
              exchanges,
              spec,
              settings.publishChannels(),
              settings.queueType() == RabbitSettings.QueueType.QUORUM,
              thread);
      MessageWriter format = new MessageWriter(settings.attributes(), spec.confirm());
      RabbitProducer producer =
          new RabbitProducer(names, spec, format, writer, timer, open::remove);
      open.add(producer);
      writer.start();
      return producer;
    }
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    Group group = spec.group();
    if (spec.start() == Start.EARLIEST) {
      throw new UnsupportedCapabilityException(
          "RabbitMQ keeps no history for the group " + group.name() + " to begin with");
    }
    synchronized (open) {
      String thread = threadOf("consumer-" + group.name());
      declarations.remember(group);
      Held held = new Held(spec.maxInFlight());
      Keeper keeper =
          new Keeper(
              consuming,
              declarations,
              group,
              names.group(group.name()),
              held,
              settings,
              new ListenerCalls(
                  listener, context.clock(), e -> LOG.error("A consumer's listener failed", e)),
              thread);
      MessageReader reader = new MessageReader(names, group, context.clock());
      RabbitConsumer consumer = new RabbitConsumer(group, reader, held, keeper, open::remove);
      open.add(consumer);
      keeper.start();
      return consumer;
    }
  }

  private String threadOf(String part) {
    if (closed) {
      throw new ClosedException("The driver " + context.name());
    }
    return threads + "-" + part + "-" + ++made;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public Signals signals() {
    return signals;
  }

  /** All at once and with a limit, then by force: see {@link RabbitLink#close}. */
  @Override
  public void close() {
    AutoCloseable[] parts;
    synchronized (open) {
      if (closed) {
        return;
      }
      closed = true;
      parts = open.toArray(AutoCloseable[]::new);
    }
    calls.close();
    background.closeAll(CLOSE, parts);
    background.closeAll(
        CLOSE, () -> publishing.close(background), () -> consuming.close(background));
    timer.shutdownNow();
  }
}
