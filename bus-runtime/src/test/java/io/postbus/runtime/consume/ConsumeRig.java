package io.postbus.runtime.consume;

import io.postbus.BatchHandler;
import io.postbus.Handler;
import io.postbus.Interceptor;
import io.postbus.Subscription;
import io.postbus.driver.memory.MemoryBroker;
import io.postbus.driver.memory.MemoryDriverProvider;
import io.postbus.driver.memory.MemoryStoreProvider;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.codec.Codecs;
import io.postbus.runtime.delay.DelayEngine;
import io.postbus.runtime.delay.DelayEvents;
import io.postbus.runtime.delay.DelaySettings;
import io.postbus.runtime.delay.Outlet;
import io.postbus.runtime.publish.Ticket;
import io.postbus.runtime.time.RealTimeline;
import io.postbus.runtime.time.Timeline;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.DedupStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Producer;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Settings;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.TopicSpec;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** One process on a memory broker and store of its own, and what its members told. */
final class ConsumeRig implements AutoCloseable {
  static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  static final String TOPIC = "orders";

  final String name = MessageId.next();
  final MemoryBroker broker = MemoryBroker.named(name);
  final Timeline timeline;
  final Driver driver;
  final Store store;
  final Producer producer;
  final DelayEngine engine;
  final Told told = new Told();
  final Claims claims = new Claims();
  final Solitude solitude = new Solitude();
  volatile boolean outlives;
  volatile DedupStore marks;
  final List<Interceptor> interceptors = new ArrayList<>();
  volatile UnaryOperator<Message> mapping = UnaryOperator.identity();

  /** Runs after a member was told that deliveries are gone. */
  volatile Runnable revoked = () -> {};

  volatile boolean trusted = true;
  volatile boolean storeDown;

  private final List<AutoCloseable> members = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private ConsumeRig(Timeline timeline, Map<String, ?> driverSettings) {
    this.timeline = timeline;
    Map<String, Object> settings = new LinkedHashMap<>(driverSettings);
    settings.put("name", name);
    this.driver =
        new MemoryDriverProvider().open(Settings.of(settings), new Context(timeline, name));
    this.store =
        new MemoryStoreProvider()
            .open(Settings.of(Map.of("name", name)), new StoreNode(timeline, name));
    this.marks = store.dedup();
    this.producer =
        driver.producer(new ProducerSpec(Confirm.CONFIRMED, Duration.ofSeconds(5), 1_000));
    this.engine =
        new DelayEngine(
            DelaySettings.of(name, "rig"),
            store,
            timeline,
            timeline.pending().tracking(threads),
            new ToBroker(),
            DelayEvents.NONE,
            null);
    engine.start();
    if (timeline instanceof VirtualTimeline virtual) {
      virtual.idleWhen(() -> broker.groups().stream().allMatch(this::quiet));
    }
  }

  static ConsumeRig virtual() {
    return new ConsumeRig(new VirtualTimeline(START), Map.of());
  }

  static ConsumeRig virtual(Duration maxHold) {
    return new ConsumeRig(new VirtualTimeline(START), Map.of("max-hold", maxHold.toString()));
  }

  static ConsumeRig real(Duration maxHold) {
    return new ConsumeRig(new RealTimeline("rig-timeline"), Map.of("max-hold", maxHold.toString()));
  }

  static ConsumeRig real() {
    return new ConsumeRig(new RealTimeline("rig-timeline"), Map.of());
  }

  /** A group of all there is on the topic, that tries nothing again. */
  static Subscription group(String name) {
    return Subscription.group(name).topics(TOPIC).retry(io.postbus.RetrySchedule.NONE);
  }

  Member join(Subscription s, Handler handler) {
    return joined(Member.join(s, handler, context(s)));
  }

  Member joinBatch(Subscription s, BatchHandler handler) {
    return joined(Member.joinBatch(s, handler, context(s)));
  }

  ConsumeContext context(Subscription s) {
    return new ConsumeContext(
        new ListenedDriver(driver, () -> revoked.run()),
        producer,
        store.groups(),
        s.topics().stream().map(TopicSpec::of).toList(),
        new Entries(),
        new Once(marks, claims, solitude, outlives),
        timeline,
        new Codecs(List.of())::decode,
        m -> mapping.apply(m),
        false,
        interceptors,
        told,
        Duration.ofSeconds(1),
        () -> 0.5);
  }

  private Member joined(Member member) {
    members.add(member);
    member.awaitJoined(Duration.ofSeconds(10));
    return member;
  }

  /** Publishes to the topic, with these types. */
  List<Message> publish(String... types) {
    List<Message> sent = new ArrayList<>();
    for (String type : types) {
      sent.add(publish(message(type)));
    }
    return sent;
  }

  Message publish(Message m) {
    producer.send(Destination.topic(TOPIC), m).toCompletableFuture().join();
    return m;
  }

  void sendTo(String group, Message m) {
    producer.send(Destination.group(group), m).toCompletableFuture().join();
  }

  Message message(String type) {
    return Message.builder(TOPIC, type)
        .time(timeline.instant())
        .body(type.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .build();
  }

  List<Message> keyed(String key, int from, int to) {
    List<Message> sent = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sent.add(publish(message("n" + i).key(key)));
    }
    return sent;
  }

  /** Moves virtual time; whatever a moment causes has happened before it moves on. */
  void advance(Duration by) {
    ((VirtualTimeline) timeline).advance(by);
  }

  /** Waits until nothing but time can make anything happen. */
  void settled() {
    advance(Duration.ZERO);
  }

  private boolean quiet(String group) {
    if (group.startsWith("dlq.")) {
      return true;
    }
    List<Member> of =
        members.stream()
            .map(m -> (Member) m)
            .filter(m -> m.subscription().group().equals(group))
            .toList();
    var backlog = broker.backlog(group);
    int held = of.stream().mapToInt(m -> m.health().inFlight()).sum();
    return backlog.unsettled().orElse(0) == held
        && (backlog.ready() == 0 || of.stream().noneMatch(Member::hungry));
  }

  void eventually(String what, java.util.concurrent.Callable<Boolean> condition) {
    Eventually.within(Duration.ofSeconds(10)).until(what, condition);
  }

  List<Delayed> entries(Delayed.Kind kind) {
    return store.delays().find(DelayedQuery.ALL.kinds(kind), null, 500).entries();
  }

  List<Delayed> dead() {
    return entries(Delayed.Kind.DEAD);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable member : members) {
      member.close();
    }
    engine.stop(Duration.ofSeconds(1));
    producer.close();
    driver.close();
    store.close();
    broker.close();
    threads.shutdownNow();
    if (timeline instanceof RealTimeline real) {
      real.close();
    }
  }

  private final class ToBroker implements Outlet {
    @Override
    public CompletionStage<Void> publish(Delayed entry) {
      return timeline.pending().tracking(producer.send(entry.destination(), entry.message()));
    }
  }

  private final class Entries implements Waiting {
    @Override
    public boolean trusted() {
      return trusted;
    }

    @Override
    public Instant now() {
      return engine.due(Duration.ZERO);
    }

    @Override
    public BitSet place(List<Placement> placements) {
      if (storeDown) {
        throw new ConnectionException("The store is away", null);
      }
      placements.forEach(p -> engine.put(p.to()).toCompletableFuture().join());
      BitSet all = new BitSet();
      all.set(0, placements.size());
      return all;
    }

    @Override
    public boolean has(Ticket ticket) {
      return false;
    }

    @Override
    public void acknowledged(Message m, Ticket ticket, String group, Runnable late) {}
  }

  private record Context(InstantSource clock, String node) implements DriverContext {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public String namespace() {
      return "";
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(2);
    }

    @Override
    public void state(ConnectionState state, String reason) {}
  }

  private record StoreNode(InstantSource clock, String node) implements StoreContext {
    @Override
    public String namespace() {
      return "";
    }

    @Override
    public int shards() {
      return 4;
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(2);
    }
  }
}
