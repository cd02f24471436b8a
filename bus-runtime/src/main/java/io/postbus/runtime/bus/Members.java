package io.postbus.runtime.bus;

import io.postbus.BatchHandler;
import io.postbus.Consuming;
import io.postbus.Handler;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Interceptor;
import io.postbus.Puller;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.runtime.connect.Closing;
import io.postbus.runtime.connect.Connection;
import io.postbus.runtime.consume.Claims;
import io.postbus.runtime.consume.ConsumeContext;
import io.postbus.runtime.consume.Member;
import io.postbus.runtime.consume.Observer;
import io.postbus.runtime.consume.Once;
import io.postbus.runtime.consume.PullMember;
import io.postbus.runtime.consume.Solitude;
import io.postbus.runtime.foreign.ForeignMapping;
import io.postbus.spi.ClosedException;
import io.postbus.spi.Durability;
import io.postbus.spi.GroupRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The groups that this bus is a member of. Thread-safe. */
final class Members {
  /** Beyond the grace time, for settling and for leaving the groups. */
  private static final Duration LEAVING = Duration.ofSeconds(3);

  private final Machinery machinery;
  private final Claims claims = new Claims();
  private final Solitude solitude = new Solitude();
  private final List<TrackedConsuming> consuming = new ArrayList<>();
  private final List<TrackedPuller> pulling = new ArrayList<>();
  private final List<Member> aside = new ArrayList<>();
  private boolean closed;

  Members(Machinery machinery) {
    this.machinery = machinery;
  }

  /** Joins with a handler, and waits for it as long as a call may take. */
  Consuming join(Subscription s, Handler handler) {
    checkOpen();
    return joined(Member.join(s, handler, context(s)));
  }

  /** Joins with a handler of batches, and waits for it as long as a call may take. */
  Consuming joinBatch(Subscription s, BatchHandler handler) {
    checkOpen();
    return joined(Member.joinBatch(s, handler, context(s)));
  }

  /** Joins for a caller who asks, and waits for it as long as a call may take. */
  Puller joinPulling(Subscription s) {
    checkOpen();
    PullMember member = PullMember.join(s, context(s));
    TrackedPuller tracked = keep(pulling, new TrackedPuller(member, this::left));
    await(tracked, member::awaitJoined);
    return tracked;
  }

  /** Joins for the bus itself, which no topic or observer knows of; returns at once. */
  void joinAside(Subscription s, BatchHandler handler) {
    checkOpen();
    GroupRegistry unnoted = machinery.store.store().groups();
    keep(aside, Member.joinBatch(s, handler, context(s, unnoted, List.of(), Observer.NONE)));
  }

  private Consuming joined(Member member) {
    TrackedConsuming tracked = keep(consuming, new TrackedConsuming(member, this::left));
    machinery.equipment.instruments().consumer(member.subscription(), () -> now(member));
    await(tracked, member::awaitJoined);
    return tracked;
  }

  /** What never can join is closed. */
  private void await(AutoCloseable tracked, Consumer<Duration> joining) {
    try {
      joining.accept(machinery.settings.callTimeout());
    } catch (RuntimeException e) {
      Closing.one(tracked);
      throw e;
    }
  }

  /** How the newest consumer of that name is: the same name may be subscribed again. */
  private ConsumerHealth now(Member first) {
    String module = first.subscription().module();
    String consumer = first.subscription().consumer();
    return health().stream()
        .filter(h -> h.module().equals(module) && h.consumer().equals(consumer))
        .reduce((older, newer) -> newer)
        .orElseGet(first::health);
  }

  synchronized boolean has(String group) {
    return consuming.stream().anyMatch(m -> m.subscription().group().equals(group))
        || pulling.stream().anyMatch(m -> m.group().equals(group))
        || aside.stream().anyMatch(m -> m.subscription().group().equals(group));
  }

  /** Whether a member of the group would take another delivery if there was one. */
  synchronized boolean hungry(String group) {
    return consuming.stream()
            .anyMatch(m -> m.subscription().group().equals(group) && m.consuming().hungry())
        || pulling.stream().anyMatch(m -> m.group().equals(group) && m.puller().hungry());
  }

  List<ConsumerHealth> health() {
    List<Supplier<ConsumerHealth>> all = new ArrayList<>();
    synchronized (this) {
      consuming.forEach(m -> all.add(m::health));
      pulling.forEach(m -> all.add(m.puller()::health));
    }
    return all.stream().map(Supplier::get).toList();
  }

  /** Leaves every group, side by side. Whatever comes later is refused. Idempotent. */
  void close(Duration grace) {
    List<AutoCloseable> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      consuming.forEach(m -> all.add(() -> m.close(grace)));
      all.addAll(pulling);
      aside.forEach(m -> all.add(() -> m.close(grace)));
    }
    Closing.all(all, grace.plus(LEAVING));
  }

  private <T extends AutoCloseable> T keep(List<T> members, T member) {
    synchronized (this) {
      if (!closed) {
        members.add(member);
        return member;
      }
    }
    Closing.one(member);
    throw new ClosedException("The bus");
  }

  private synchronized void left(AutoCloseable member) {
    consuming.removeIf(m -> m == member);
    pulling.removeIf(m -> m == member);
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw new ClosedException("The bus");
    }
  }

  private ConsumeContext context(Subscription s) {
    Equipment e = machinery.equipment;
    return context(s, machinery.registry, e.interceptors(), e.instruments().observer(s));
  }

  private ConsumeContext context(
      Subscription s, GroupRegistry registry, List<Interceptor> interceptors, Observer observer) {
    Machinery m = machinery;
    Connection c = m.connections.get(s.driver());
    boolean trusted = m.store.mayTakeFrom(c.driver());
    return new ConsumeContext(
        c.driver(),
        c.confirmed(),
        registry,
        s.topics().stream().map(m::topic).toList(),
        new StoreWaiting(m.delays, m.identity, m.acknowledgements, trusted, m.nameInStore(c)),
        new Once(m.store.store().dedup(), claims, solitude, outlives(c)),
        m.timeline,
        m.codecs::decode,
        this::mapped,
        s.topics().stream().anyMatch(this::mapsTypes),
        interceptors,
        observer,
        m.settings.grace(),
        m.equipment.random());
  }

  private boolean outlives(Connection c) {
    return c.driver().durability() != Durability.PROCESS
        && machinery.store.store().durability() != Durability.PROCESS;
  }

  private Message mapped(Message message) {
    ForeignMapping mapping = machinery.equipment.mappings().get(message.topic());
    return mapping == null ? message : mapping.apply(message);
  }

  private boolean mapsTypes(String topic) {
    ForeignMapping mapping = machinery.equipment.mappings().get(topic);
    return mapping != null && mapping.mapsType();
  }
}
