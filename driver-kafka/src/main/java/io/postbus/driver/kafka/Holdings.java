package io.postbus.driver.kafka;

import io.postbus.spi.Group;
import io.postbus.spi.Start;
import io.postbus.spi.support.ListenerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that a member has, from their assignment to their end, and what is finished of
 * them. Of the keeper's thread, but for {@link #settled}.
 *
 * <p>It is long for its one reason: each way in which a partition comes and goes is here.
 */
final class Holdings {
  private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration LAST = Duration.ofSeconds(2);

  /** How far beyond its last commit a member that has died may have handed out, at the least. */
  private static final int UNTOLD = 500;

  private final KafkaCalls calls;
  private final KafkaNames names;
  private final KafkaSettings settings;
  private final Declarations declarations;
  private final Group group;
  private final Start start;
  private final Held held;
  private final Commits commits;
  private final Sharing sharing;
  private final ListenerCalls listener;
  private final MessageReader reader;
  private final Map<TopicPartition, Lot> lots = new HashMap<>();
  private final AtomicReference<@Nullable Delivery> settled = new AtomicReference<>();
  private boolean awaitsRoom;
  private long nextTelling = System.nanoTime();

  Holdings(
      Keeper.Parts parts,
      Group group,
      Start start,
      Held held,
      Commits commits,
      Sharing sharing,
      ListenerCalls listener) {
    this.calls = parts.calls();
    this.names = parts.names();
    this.settings = parts.settings();
    this.declarations = parts.declarations();
    this.group = group;
    this.start = start;
    this.held = held;
    this.commits = commits;
    this.sharing = sharing;
    this.listener = listener;
    this.reader = new MessageReader(names, group);
  }

  Collection<Lot> lots() {
    return Collections.unmodifiableCollection(lots.values());
  }

  /** Takes note of a delivery that is finished. Any thread. */
  void settled(Delivery d) {
    Delivery top;
    do {
      top = settled.get();
      d.nextSettled = top;
    } while (!settled.compareAndSet(top, d));
  }

  /** Whether nothing is fetched for want of room. */
  boolean awaitsRoom() {
    return awaitsRoom;
  }

  boolean hasSettled() {
    return settled.get() != null;
  }

  /** Marks as finished what has been settled since. */
  void lookThrough() {
    Delivery chain = settled.getAndSet(null);
    if (chain == null) {
      return;
    }
    held.unlink(chain);
    for (Delivery d = chain; d != null; ) {
      d.lot.track.finish(d.offset);
      if (lots.get(d.lot.partition) == d.lot) {
        commits.touched(d.lot);
      }
      Delivery next = d.nextSettled;
      d.nextSettled = null;
      d = next;
    }
  }

  /** Now and then lets others know how many messages are out with handlers. */
  void tell() {
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

  /** Fetches only where there is room; and where there was none, not before there is some. */
  void choose(KafkaConsumer<byte[], byte[]> c) {
    boolean full = awaitsRoom ? !held.low() : held.full();
    awaitsRoom = full;
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    for (Lot lot : lots.values()) {
      boolean wanted = full || lot.track.span() >= settings.span();
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

  void bring(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, OffsetAndMetadata> next = records.nextOffsets();
    for (TopicPartition p : records.partitions()) {
      Lot lot = lots.get(p);
      if (lot != null) {
        List<ConsumerRecord<byte[], byte[]>> its = records.records(p);
        List<Delivery> fresh = new ArrayList<>(its.size());
        for (ConsumerRecord<byte[], byte[]> r : its) {
          if (r.offset() >= lot.track.high()) {
            lot.track.saw(r.offset());
            fresh.add(Delivery.of(lot, r, reader, r.offset() < lot.repeatedBelow));
          } else if (!lot.track.finished(r.offset())) {
            fresh.add(Delivery.of(lot, r, reader, true));
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
      // Also says that it is held from now on.
      commits.touched(lot);
    }
  }

  private Lot open(
      KafkaConsumer<byte[], byte[]> c, TopicPartition p, long from, Progress progress) {
    Lot lot = new Lot(p, group.name(), progress.track(from));
    if (progress.held()) {
      lot.repeatedBelow = lot.track.high() + Math.max(UNTOLD, held.limit());
    }
    lots.put(p, lot);
    held.open(lot);
    c.seek(p, from);
    return lot;
  }

  /** Gives partitions back, after handlers have had some time to finish what they have of them. */
  void revoked(KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions) {
    List<Lot> its = lots(partitions);
    List<Delivery> out = stop(its);
    if (!out.isEmpty()) {
      Duration drain = settings.drain();
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
  void reposition(
      KafkaConsumer<byte[], byte[]> c, Collection<TopicPartition> partitions, Exception why) {
    LOG.warn(
        "{} goes on with the oldest messages that are there: {}", group.name(), why.getMessage());
    Map<TopicPartition, Long> oldest =
        calls.call("Asking for the oldest messages", talk -> Positions.earliest(talk, partitions));
    lost(partitions);
    oldest.forEach((p, from) -> commits.touched(open(c, p, from, Progress.NONE)));
  }

  /** Drops what has not been handed out yet of the partitions it has; tells how many of each. */
  Map<TopicPartition, Long> purge(KafkaConsumer<byte[], byte[]> c) {
    Map<TopicPartition, Long> dropped = new HashMap<>();
    if (lots.isEmpty()) {
      return dropped;
    }
    Map<TopicPartition, Long> ends =
        calls.call("Asking for ends", talk -> Positions.ends(talk, lots.keySet()));
    for (Lot lot : lots.values()) {
      long end = ends.getOrDefault(lot.partition, 0L);
      List<Delivery> held = this.held.drop(lot, end);
      held.forEach(d -> lot.track.finish(d.offset));
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

  /** Gives all of it up: in order, with a last commit, or as lost. */
  void leave(KafkaConsumer<byte[], byte[]> c, boolean orderly) {
    List<Lot> all = List.copyOf(lots.values());
    List<Delivery> gone = lose(stop(all));
    lookThrough();
    if (!orderly) {
      listener.revoked(gone, Duration.ZERO);
    } else if (commits.last(c, new ArrayList<>(all), LAST)) {
      commits.asked().forEach(end -> end.complete(true));
    }
    commits.reset();
    lots.clear();
  }
}
