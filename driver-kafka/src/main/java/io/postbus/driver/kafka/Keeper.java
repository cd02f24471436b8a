package io.postbus.driver.kafka;

import io.postbus.driver.kafka.KafkaSettings.Protocol;
import io.postbus.spi.BusException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Start;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import io.postbus.spi.support.ListenerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
 */
final class Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
  private static final Duration LAST = Duration.ofSeconds(2);
  private static final Duration LEAVE = Duration.ofSeconds(1);
  private static final Duration AT_ONCE = Duration.ofMillis(20);

  private final KafkaLink link;
  private final KafkaNames names;
  private final KnownTopics known;
  private final ClientProperties properties;
  private final boolean classic;
  private final Group group;
  private final Held held;
  private final ListenerCalls listener;
  private final Commits commits;
  private final Thread thread;
  private final Sharing sharing;
  private final Holdings holdings;
  private final Rest rest;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closed;
  private boolean joined;
  private boolean leaving;

  Keeper(Parts parts, Group group, Start start, Held held, ListenerCalls listener, String name) {
    this.link = parts.link();
    this.names = parts.names();
    this.known = parts.known();
    this.properties = parts.properties(name);
    this.classic = parts.settings().protocol() == Protocol.CLASSIC;
    this.group = group;
    this.held = held;
    this.listener = listener;
    this.commits = new Commits(held, parts.settings().commitInterval());
    this.sharing = new Sharing(parts, group, held, this, name);
    this.holdings = new Holdings(parts, group, start, held, commits, sharing, listener);
    this.rest = new Rest(held, holdings, commits, () -> closed || !tasks.isEmpty(), this::wake);
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
    rest.end();
    LockSupport.unpark(thread);
  }

  private void wake() {
    KafkaConsumer<byte[], byte[]> c = consumer;
    if (c != null) {
      c.wakeup();
    }
  }

  /** Does it on the keeper's thread, soon; never if it has not joined. */
  void soon(Runnable task) {
    tasks.add(task);
    nudge();
  }

  /** Somebody has taken some of what was held, so there may be room for more. */
  void took() {
    rest.took();
  }

  /** Takes note of a delivery that is finished. */
  void settled(Delivery d) {
    holdings.settled(d);
    rest.settled();
  }

  /** Partitions that this member has from now on. */
  void assigned(KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions) {
    joined = true;
    if (!partitions.isEmpty()) {
      holdings.assigned(c, partitions);
    }
  }

  /** Gives partitions back, after handlers have had some time to finish what they have of them. */
  void revoked(KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions) {
    if (!leaving && !closed) {
      holdings.revoked(c, partitions);
    }
  }

  /** Partitions that others have already. */
  void lost(Collection<TopicPartition> partitions) {
    if (!leaving && !closed) {
      LOG.info("Partitions of {} were lost: {}", group.name(), partitions);
      holdings.lost(partitions);
    }
  }

  /** Drops what has not been handed out yet of the partitions it has; tells how many of each. */
  Map<TopicPartition, Long> purge() {
    KafkaConsumer<byte[], byte[]> c = consumer;
    return c == null ? Map.of() : holdings.purge(c);
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
    long until = System.nanoTime() + backoff.next().toNanos();
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
    holdings.lookThrough();
    holdings.tell();
    commits.promise(askers);
    commits.send(c);
    holdings.choose(c);
    if (group.order() == Order.NONE) {
      sharing.turn(holdings.lots());
    }
    try {
      ConsumerRecords<byte[], byte[]> records = poll(c);
      if (!records.isEmpty()) {
        rest.brought();
        holdings.bring(records);
      }
    } catch (InvalidOffsetException e) {
      holdings.reposition(c, e.partitions(), e);
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(KafkaConsumer<byte[], byte[]> c) {
    try {
      return c.poll(rest.begin());
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    } finally {
      rest.over();
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

  /** Leaves, since the group is no more. */
  void expel() {
    known.forget(names.inbox(group.name()));
    soon(() -> leaving = true);
  }

  private void leave(KafkaConsumer<byte[], byte[]> c) {
    leaving = true;
    consumer = null;
    boolean connected = link.connected();
    holdings.leave(c, closed && connected);
    c.close(CloseOptions.timeout(connected && !unsubscribed(c) ? LEAVE : AT_ONCE));
  }

  /**
   * Leaves the group before the close, which would wait for the fetch that is under way. A consumer
   * of the other protocol waits here instead.
   */
  private boolean unsubscribed(KafkaConsumer<byte[], byte[]> c) {
    if (classic) {
      try {
        c.unsubscribe();
        return true;
      } catch (KafkaException e) {
        LOG.debug("The consumer of {} did not leave before its close", group.name(), e);
      }
    }
    return false;
  }

  /** Ends the membership and waits for that, and for a callback that is under way. */
  void close(Duration limit) {
    closed = true;
    nudge();
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      thread.join(limit.toMillis());
      listener.close(Duration.ofNanos(deadline - System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
