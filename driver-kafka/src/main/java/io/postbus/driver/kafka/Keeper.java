package io.postbus.driver.kafka;

import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that keeps a member in its group. It alone uses Kafka's consumer, and never waits for
 * a handler: however slow these are, it polls, and pauses what there is no room for.
 *
 * <p>It is long for its one reason: all that a consumer's thread does is in its turn.
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final Duration LEAVE = Duration.ofSeconds(1);

  private final KafkaLink link;
  private final KafkaCalls calls;
  private final KafkaNames names;
  private final KnownTopics known;
  private final Declarations declarations;
  private final ClientProperties properties;
  private final Group group;
  private final Start start;
  private final Held held;
  private final ListenerCalls listener;
  private final Commits commits;
  private final Thread thread;
  private final Sharing sharing;
  private final Map<TopicPartition, Lot> lots = new HashMap<>();
  private final AtomicReference<@Nullable Delivery> settled = new AtomicReference<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** Whether the thread sleeps in a poll that a settlement should end. */
  private final AtomicBoolean asleep = new AtomicBoolean();

  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closed;
  private boolean joined;
  private boolean leaving;
  private long nextTelling;

  Keeper(Parts parts, Group group, Start start, Held held, ListenerCalls listener, String name) {
    this.link = parts.link();
    this.calls = parts.calls();
    this.names = parts.names();
    this.known = parts.known();
    this.declarations = parts.declarations();
    this.properties = parts.properties(name);
    this.group = group;
    this.start = start;
    this.held = held;
    this.listener = listener;
    this.commits = new Commits(held, parts.settings().commitInterval());
    this.sharing = new Sharing(parts, group, held, this, name);
    this.thread = DaemonThreads.named(this::run, name);
  }

  /** What all keepers of a driver share. */
  record Parts(
      KafkaLink link,
      KafkaCalls calls,
      KafkaNames names,
      KafkaSettings settings,
      KnownTopics known,
      Declarations declarations,
      KafkaSignals signals,
      Supplier<KafkaSender> sharer,
      String node) {
    ClientProperties properties(String client) {
      return new ClientProperties(settings, node + "-" + client);
    }
  }

  void start() {
    thread.start();
  }

  Group group() {
    return group;
  }

  Held held() {
    return held;
  }

  Sharing sharing() {
    return sharing;
  }

  /** Something has to be done now. */
  void nudge() {
    KafkaConsumer<byte[], byte[]> c = consumer;
    if (c != null && asleep.compareAndSet(true, false)) {
      c.wakeup();
    }
    LockSupport.unpark(thread);
  }

  /** Does it on the keeper's thread, soon; never if it has not joined. */
  void soon(Runnable task) {
    tasks.add(task);
    nudge();
  }

  /** Somebody has taken some of what was held, so there may be room for more. */
  void took() {
    if (asleep.get() && !held.full()) {
      nudge();
    }
  }

  /** Takes note of a delivery that is finished. */
  void settled(Delivery d) {
    Delivery top;
    do {
      top = settled.get();
      d.nextSettled = top;
    } while (!settled.compareAndSet(top, d));
    if (asleep.get()) {
      nudge();
    }
  }

  boolean flush(Duration limit) {
    CompletableFuture<Boolean> end = commits.flush();
    nudge();
    try {
      return end.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    Backoff backoff = new Backoff();
    while (!closed) {
      try {
        String missing = missing();
        if (missing == null) {
          stay();
          backoff.reset();
        } else {
          listener.state(ConnectionState.DOWN, missing);
        }
      } catch (BusException | KafkaException | IllegalStateException e) {
        if (!closed) {
          LOG.warn("The consumer of {} has to join its group again", group.name(), e);
        }
        listener.state(ConnectionState.DOWN, KafkaErrors.reason(e));
      }
      commits.fail();
      pause(backoff);
    }
  }

  /** What it takes to join and is not there, or null. */
  private @Nullable String missing() {
    if (!link.connected()) {
      return link.state().why();
    }
    return known.has(names.inbox(group.name()), LAST)
        ? null
        : "the group " + group.name() + " does not exist; it is to be declared";
  }

  private void pause(Backoff backoff) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoff.next());
    for (long left = 1; left > 0 && !closed; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  /** Is in the group until the member is closed, or has to join anew. */
  private void stay() {
    int life = link.life();
    try (KafkaConsumer<byte[], byte[]> c =
        new KafkaConsumer<>(
            properties.member(names.group(group.name()), held::outByNumber),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      try {
        leaving = false;
        joined = false;
        commits.reset();
        consumer = c;
        c.subscribe(topics(), new Rebalance(this, c));
        while (!closed && !leaving && link.life() == life) {
          turn(c);
        }
      } finally {
        leave(c);
      }
    }
  }

  private List<String> topics() {
    List<String> all = new ArrayList<>();
    group.topics().forEach(topic -> all.add(names.topic(topic)));
    all.add(names.inbox(group.name()));
    return all;
  }

  private void turn(KafkaConsumer<byte[], byte[]> c) {
    report(c);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    List<CompletableFuture<Boolean>> askers = commits.asked();
    lookThrough();
    tell();
    commits.promise(askers);
    commits.send(c);
    choose(c);
    if (group.order() == Order.NONE) {
      sharing.turn(lots.values());
    }
    try {
      ConsumerRecords<byte[], byte[]> records = c.poll(rest());
      asleep.set(false);
      if (!records.isEmpty()) {
        bring(records);
      }
    } catch (WakeupException e) {
      asleep.set(false);
    } catch (InvalidOffsetException e) {
      asleep.set(false);
      reposition(c, e.partitions(), e);
    }
  }

  private void report(KafkaConsumer<byte[], byte[]> c) {
    joined = joined || c.groupMetadata().generationId() > 0;
    if (!link.connected()) {
      listener.state(ConnectionState.DOWN, link.state().why());
    } else if (joined) {
      listener.state(ConnectionState.CONNECTED, "");
    }
  }

  /** How long a poll may wait: not at all if there is something to do. */
  private Duration rest() {
    long due = commits.due(System.nanoTime());
    long nanos = due >= 0 ? due : commits.flushing() ? BUSY_NANOS : IDLE_NANOS;
    if (nanos > BUSY_NANOS) {
      asleep.set(true);
      if (settled.get() != null || !tasks.isEmpty() || commits.flushing() || closed) {
        asleep.set(false);
        return Duration.ZERO;
      }
    }
    return Duration.ofNanos(nanos);
  }

  /** Marks as finished what has been settled since. */
  private void lookThrough() {
    Delivery chain = settled.getAndSet(null);
    if (chain == null) {
      return;
    }
    held.unlink(chain);
    for (Delivery d = chain; d != null; ) {
      d.lot.track.finish(d.record.offset());
      if (lots.get(d.lot.partition) == d.lot) {
        commits.touched(d.lot);
      }
      Delivery next = d.nextSettled;
      d.nextSettled = null;
      d = next;
    }
  }

  /** Now and then lets others know how many messages are out with handlers. */
  private void tell() {
    long now = System.nanoTime();
    if (now - nextTelling >= 0) {
      nextTelling = now + TELL_NANOS;
      for (Lot lot : lots.values()) {
        if (held.out(lot) != lot.told) {
          commits.touched(lot);
        }
      }
    }
  }

  /** Fetches only where there is room. */
  private void choose(KafkaConsumer<byte[], byte[]> c) {
    boolean full = held.full();
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    for (Lot lot : lots.values()) {
      boolean wanted = full || lot.track.span() >= properties.settings().span();
      if (wanted != lot.paused) {
        lot.paused = wanted;
        (wanted ? pause : resume).add(lot.partition);
      }
    }
    if (!pause.isEmpty()) {
      c.pause(pause);
    }
    if (!resume.isEmpty()) {
      c.resume(resume);
    }
  }

  private void bring(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, OffsetAndMetadata> next = records.nextOffsets();
    for (TopicPartition p : records.partitions()) {
      Lot lot = lots.get(p);
      if (lot != null) {
        List<ConsumerRecord<byte[], byte[]>> its = records.records(p);
        List<Delivery> fresh = new ArrayList<>(its.size());
        for (ConsumerRecord<byte[], byte[]> r : its) {
          if (r.offset() >= lot.track.high()) {
            lot.track.saw(r.offset());
            fresh.add(new Delivery(lot, r, false));
          } else if (!lot.track.finished(r.offset())) {
            fresh.add(new Delivery(lot, r, false));
          }
        }
        OffsetAndMetadata end = next.get(p);
        if (end != null) {
          lot.track.skipTo(end.offset());
        }
        held.add(lot, fresh);
      }
    }
  }

  /** Partitions that this member has from now on. */
  void assigned(KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions) {
    joined = true;
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> begins = new HashMap<>();
    calls.call(
        "Asking for the positions of " + group.name(),
        talk -> {
          positions.putAll(Positions.of(talk, names.group(group.name())));
          List<TopicPartition> missing = new ArrayList<>(partitions);
          missing.removeAll(positions.keySet());
          if (!missing.isEmpty()) {
            begins.putAll(declarations.begins(talk, group, start, missing));
          }
          return true;
        });
    for (TopicPartition p : partitions) {
      OffsetAndMetadata at = positions.getOrDefault(p, begins.get(p));
      if (at == null) {
        throw new KafkaException("no position for " + p);
      }
      Lot lot = open(c, p, at.offset(), Progress.read(at));
      if (begins.containsKey(p)) {
        commits.touched(lot);
      }
    }
  }

  private Lot open(
      KafkaConsumer<byte[], byte[]> c, TopicPartition p, long from, Progress progress) {
    Lot lot = new Lot(p, group.name(), progress.track(from));
    lots.put(p, lot);
    held.open(lot);
    c.seek(p, from);
    return lot;
  }

  /** Gives partitions back, after handlers have had some time to finish what they have of them. */
  void revoked(KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions) {
    if (leaving || closed) {
      return;
    }
    List<Lot> its = lots(partitions);
    List<Delivery> out = stop(its);
    if (!out.isEmpty()) {
      Duration drain = properties.settings().drain();
      long deadline = System.nanoTime() + drain.toNanos();
      listener.revoked(out, drain);
      if (!Held.awaitSettled(out, deadline)) {
        LOG.info("Handlers of {} did not finish within {}", group.name(), drain);
      }
    }
    lose(out);
    lookThrough();
    if (!commits.last(c, its, LAST)) {
      commits.fail();
    }
    lots.keySet().removeAll(partitions);
  }

  /** Partitions that others have already. */
  void lost(Collection<TopicPartition> partitions) {
    if (leaving || closed) {
      return;
    }
    LOG.info("Partitions of {} were lost: {}", group.name(), partitions);
    List<Lot> its = lots(partitions);
    List<Delivery> gone = lose(stop(its));
    commits.lost(its);
    lots.keySet().removeAll(partitions);
    listener.revoked(gone, Duration.ZERO);
  }

  private List<Lot> lots(Collection<TopicPartition> partitions) {
    List<Lot> its = new ArrayList<>();
    for (TopicPartition p : partitions) {
      Lot lot = lots.get(p);
      if (lot != null) {
        its.add(lot);
      }
    }
    return its;
  }

  private List<Delivery> stop(List<Lot> its) {
    sharing.await(LAST);
    lookThrough();
    List<Delivery> out = new ArrayList<>();
    for (Lot lot : its) {
      held.stop(lot).stream().filter(Delivery::isOut).forEach(out::add);
    }
    return out;
  }

  /** Takes away those that are still out, and returns them. */
  private List<Delivery> lose(List<Delivery> out) {
    List<Delivery> gone = out.stream().filter(Delivery::lose).toList();
    held.lost(gone);
    return gone;
  }

  /**
   * The messages there are gone by retention, or the topic was made anew: begins with the oldest.
   */
  private void reposition(
      KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions, Exception why) {
    LOG.warn(
        "{} goes on with the oldest messages that are there: {}", group.name(), why.getMessage());
    Map<TopicPartition, Long> oldest =
        calls.call("Asking for the oldest messages", talk -> Positions.earliest(talk, partitions));
    lost(partitions);
    oldest.forEach((p, from) -> commits.touched(open(c, p, from, Progress.NONE)));
  }

  /** Drops what has not been handed out yet of the partitions it has; tells how many of each. */
  Map<TopicPartition, Long> purge() {
    Map<TopicPartition, Long> dropped = new HashMap<>();
    KafkaConsumer<byte[], byte[]> c = consumer;
    if (c == null || lots.isEmpty()) {
      return dropped;
    }
    Map<TopicPartition, Long> ends =
        calls.call("Asking for ends", talk -> Positions.ends(talk, lots.keySet()));
    for (Lot lot : lots.values()) {
      long end = ends.getOrDefault(lot.partition, 0L);
      List<Delivery> held = this.held.drop(lot, end);
      held.forEach(d -> lot.track.finish(d.record.offset()));
      long unseen = Math.max(0, end - lot.track.high());
      lot.track.skipTo(end);
      if (unseen > 0) {
        c.seek(lot.partition, end);
      }
      commits.touched(lot);
      dropped.put(lot.partition, held.size() + unseen);
    }
    return dropped;
  }

  /** Leaves, since the group is no more. */
  void expel() {
    known.forget(names.inbox(group.name()));
    soon(() -> leaving = true);
  }

  private void leave(KafkaConsumer<byte[], byte[]> c) {
    leaving = true;
    consumer = null;
    List<Lot> all = List.copyOf(lots.values());
    List<Delivery> gone = lose(stop(all));
    lookThrough();
    if (closed && link.connected()) {
      if (commits.last(c, new ArrayList<>(all), LAST)) {
        commits.asked().forEach(end -> end.complete(true));
      }
    } else {
      listener.revoked(gone, Duration.ZERO);
    }
    commits.reset();
    lots.clear();
    c.close(CloseOptions.timeout(link.connected() ? LEAVE : Duration.ofMillis(100)));
  }

  /** Ends the membership and waits for that, and for a callback that is under way. */
  void close(Duration limit) {
    closed = true;
    nudge();
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      thread.join(limit.toMillis());
      listener.close(deadline - System.nanoTime());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
