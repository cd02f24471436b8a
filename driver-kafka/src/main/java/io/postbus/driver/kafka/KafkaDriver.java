package io.postbus.driver.kafka;

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
import io.postbus.spi.Topology;
import io.postbus.spi.support.Background;
import io.postbus.spi.support.ListenerCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cluster, by clients of Kafka's own. Thread-safe. */
final class KafkaDriver implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaDriver.class);
  private static final ProducerSpec HINTS =
      new ProducerSpec(Confirm.RAPID, Duration.ofMillis(100), 1_000);
  private static final ProducerSpec COPIES =
      new ProducerSpec(Confirm.CONFIRMED, Duration.ofSeconds(10), 1_000);
  private static final int WINDOW = 10_000;
  private static final Duration CLOSE = Duration.ofMillis(4_200);
  private static final Duration LAST = Duration.ofMillis(700);

  private final KafkaSettings settings;
  private final DriverContext context;
  private final KafkaNames names;
  private final String threads;
  private final Background background;
  private final KafkaCalls calls;
  private final KnownTopics known;
  private final MinIsr pressure;
  private final KafkaLink link;
  private final Declarations declarations;
  private final KafkaSignals signals;
  private final GroupControl control;
  private final Topology topology;
  private final Keeper.Parts parts;

  /** What has been opened and not closed; also the lock for opening and closing. */
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

  private int made;
  private volatile boolean closed;

  KafkaDriver(KafkaSettings settings, DriverContext context) {
    this.settings = settings;
    this.context = context;
    this.names = new KafkaNames(context.namespace());
    this.threads = "postbus-" + context.name();
    this.background = new Background(threads + "-background", e -> LOG.error("Closing failed", e));
    Admin admin = Admin.create(client("admin").admin(context.callTimeout()));
    this.calls = new KafkaCalls(admin, context.name(), context.callTimeout());
    this.known = new KnownTopics(calls, names.signals());
    this.pressure = new MinIsr(calls);
    this.link = new KafkaLink(calls, pressure, settings, threads + "-link");
    this.declarations = new Declarations(names, settings, known);
    this.signals =
        new KafkaSignals(link, names, client("signals"), new Once(HINTS), threads + "-signals");
    this.control = new GroupControl(signals);
    this.topology = new KafkaTopology(calls, names, declarations, control);
    this.parts =
        new Keeper.Parts(
            link,
            calls,
            names,
            settings,
            known,
            declarations,
            signals,
            new Once(COPIES),
            context.node());
  }

  private ClientProperties client(String part) {
    return new ClientProperties(settings, context.node() + "-" + part);
  }

  void start() {
    link.onConnect(this::renew);
    link.onConnect(() -> declarations.again(calls));
    link.onConnect(known::soon);
    link.onTurn(known::refresh);
    known.onLost(link::lost);
    link.onTurn(this::renew);
    link.onChange(
        () -> {
          if (!closed) {
            context.state(link.state().is(), link.state().why());
          }
        });
    link.start();
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
    return Durability.DURABLE;
  }

  /** For ever: the member polls, whatever its handlers do. */
  @Override
  public Optional<Duration> maxHold() {
    return Optional.empty();
  }

  /** Some batches for each partition; its buffer bounds what they take of memory. */
  @Override
  public int window() {
    return WINDOW;
  }

  @Override
  public Producer producer(ProducerSpec spec) {
    return open(spec);
  }

  private KafkaSender open(ProducerSpec spec) {
    synchronized (open) {
      String name = name("producer");
      KafkaSender sender =
          new KafkaSender(names, known, pressure, spec, client(name), link::life, open::remove);
      open.add(sender);
      return sender;
    }
  }

  /** A producer of the driver's own, opened when it is needed first. */
  private final class Once implements Supplier<KafkaSender> {
    private final ProducerSpec spec;
    private @Nullable KafkaSender sender;

    Once(ProducerSpec spec) {
      this.spec = spec;
    }

    @Override
    public synchronized KafkaSender get() {
      KafkaSender made = sender;
      if (made == null) {
        made = open(spec);
        sender = made;
      }
      return made;
    }
  }

  @Override
  public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
    Group group = spec.group();
    synchronized (open) {
      String name = threads + "-" + name("consumer-" + group.name());
      Held held = new Held(spec.maxInFlight());
      ListenerCalls calls =
          new ListenerCalls(
              listener, context.clock(), e -> LOG.error("A consumer's listener failed", e));
      Keeper keeper = new Keeper(parts, group, spec.start(), held, calls, name);
      KafkaMember member = new KafkaMember(group, held, keeper, m -> ended(m, keeper));
      open.add(member);
      control.join(keeper);
      keeper.start();
      return member;
    }
  }

  private void ended(KafkaMember member, Keeper keeper) {
    control.left(keeper);
    open.remove(member);
  }

  private void renew() {
    for (AutoCloseable each : open) {
      if (each instanceof KafkaSender sender) {
        sender.renew();
      }
    }
  }

  private String name(String part) {
    if (closed) {
      throw new ClosedException("The driver " + context.name());
    }
    return part + "-" + ++made;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public Signals signals() {
    return signals;
  }

  /** All at once and with a limit. */
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
    background.closeAll(CLOSE, parts);
    background.closeAll(LAST, signals, calls, link);
  }
}
