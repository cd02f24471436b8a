package io.postbus.driver.redisstream;

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
import io.postbus.spi.Signals;
import io.postbus.spi.Topology;
import io.postbus.spi.support.Background;
import io.postbus.spi.support.DaemonThreads;
import io.postbus.spi.support.ListenerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Redis, or cluster of them. Thread-safe. */
final class RedisDriver implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(RedisDriver.class);
  private static final Duration CLOSE = Duration.ofMillis(3_300);

  private static final int WINDOW = 500;

  private final RedisSettings settings;
  private final DriverContext context;
  private final RedisNames names;
  private final Declarations declarations;
  private final String threads;
  private final Background background;
  private final ScheduledExecutorService timer;
  private final RedisLink link;
  private final RedisCalls calls;
  private final Topology topology;
  private final RedisSignals signals;

  /** What has been opened and not closed; also the lock for opening and closing. */
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

  private final Object reporting = new Object();

  /** Tells the members of this process from those of an earlier one of the same name. */
  private final String life = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);

  private int made;
  private volatile boolean closed;

  RedisDriver(RedisSettings settings, DriverContext context) {
    this.settings = settings;
    this.context = context;
    this.names = new RedisNames(context.namespace());
    this.declarations = new Declarations(names);
    this.threads = "postbus-" + context.name();
    this.background = new Background(threads + "-background", e -> LOG.error("Closing failed", e));
    this.timer = Executors.newSingleThreadScheduledExecutor(new DaemonThreads(threads + "-timer"));
    this.link = new RedisLink(settings.access(), names, threads + "-link");
    this.calls =
        new RedisCalls(link, context.callTimeout(), background, "The driver " + context.name());
    this.topology =
        new RedisTopology(calls, names, declarations, 2 * settings.claimAfter().toMillis());
    this.signals = new RedisSignals(link, names, threads);
  }

  void start() {
    link.onConnect(declarations::again);
    link.onChange(this::report);
    link.start();
    settings
        .trimEvery()
        .ifPresent(
            every -> {
              Trimmer trimmer = new Trimmer(link, declarations);
              Runnable trim = () -> background.execute(trimmer::run);
              long millis = every.toMillis();
              var unused =
                  timer.scheduleWithFixedDelay(trim, millis, millis, TimeUnit.MILLISECONDS);
            });
  }

  private void report() {
    synchronized (reporting) {
      if (!closed) {
        context.state(link.state(), link.reason());
      }
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.REPLAY,
        Capability.RESIZE,
        Capability.ORDER_PER_KEY,
        Capability.SINGLE_ACTIVE,
        Capability.SHARED);
  }

  @Override
  public Durability durability() {
    return Durability.RELAXED;
  }

  /** What is held is renewed for as long as it is held. */
  @Override
  public Optional<Duration> maxHold() {
    return Optional.empty();
  }

  /** Some batches: with more the server is hardly busier, and they wait longer. */
  @Override
  public int window() {
    return WINDOW;
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    synchronized (open) {
      MessageWriter format = new MessageWriter(settings.attributes());
      PublishWriter writer = new PublishWriter(link, spec, settings, threadOf("producer"));
      RedisProducer producer = new RedisProducer(names, format, spec, writer, timer, open::remove);
      open.add(producer);
      writer.start();
      return producer;
    }
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    Group group = spec.group();
    synchronized (open) {
      String thread = threadOf("consumer-" + group.name());
      declarations.remember(group);
      Membership membership = membership(spec, context.node() + "-" + life + "-" + made);
      List<StreamName> streams = declarations.streamsOf(group);
      ListenerCalls calls =
          new ListenerCalls(
              listener, context.clock(), e -> LOG.error("A consumer's listener failed", e));
      Keeper keeper = new Keeper(link, membership, streams, calls, thread);
      List<StreamReader> readers = new ArrayList<>();
      List<List<StreamName>> parts = parts(streams);
      for (List<StreamName> part : parts) {
        readers.add(
            new StreamReader(
                link,
                declarations,
                membership,
                part,
                parts.size(),
                keeper::nudge,
                thread + "-reader"));
      }
      RedisConsumer consumer = new RedisConsumer(membership, keeper, open::remove);
      open.add(consumer);
      keeper.start(readers);
      return consumer;
    }
  }

  private Membership membership(ConsumerSpec spec, String name) {
    Group group = spec.group();
    Ownership ownership =
        new Ownership(group.order(), names.owner(group.name()), name, settings.claimAfter());
    Room room = new Room(spec.maxInFlight());
    return new Membership(
        group.name(),
        new Member(names.group(group.name()), name),
        new Held(room, ownership),
        room,
        ownership,
        settings);
  }

  /** What can be read by one command: in a cluster one stream, for each is in a slot of its own. */
  private List<List<StreamName>> parts(List<StreamName> streams) {
    return settings.access().mode() == RedisAccess.Mode.CLUSTER
        ? streams.stream().map(List::of).toList()
        : List.of(streams);
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

  /** All at once and with a limit, then by force: see {@link RedisLink#close}. */
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
    signals.close();
    link.close();
    timer.shutdownNow();
  }
}
