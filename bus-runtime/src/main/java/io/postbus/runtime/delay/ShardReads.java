package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the open slots of one shard true to the store: reads ahead of time, and reads again what
 * others may have written late. One chunk at a time, on the reading threads. While the shard is
 * behind, only the rare sweep reads again: what comes late waits for the rest anyway. Thread-safe.
 */
final class ShardReads {
  private static final int CHUNK = 2000;
  private static final Duration NEAR_BACK = Duration.ofSeconds(5);
  private static final Duration NEAR_BACK_MOST = Duration.ofMinutes(1);
  private static final Duration FAR_BACK = Duration.ofMinutes(10);
  private static final Duration BEHIND = Duration.ofMillis(250);
  private static final Duration QUICK = Duration.ofMillis(1);
  private static final Duration SLOW = Duration.ofMillis(5);
  private static final Duration LONGEST_NEAR = Duration.ofSeconds(1);

  /** Why it reads; the first goes first. */
  private enum Pass {
    HINT,
    NEAR,
    AHEAD,
    FAR,
    SWEEP
  }

  private record Range(Slot after, Slot upTo) {
    Range and(Range o) {
      return new Range(least(after, o.after), upTo.compareTo(o.upTo) > 0 ? upTo : o.upTo);
    }

    boolean empty() {
      return after.compareTo(upTo) >= 0;
    }
  }

  private final int shard;
  private final DelayStore store;
  private final StoreClock clock;
  private final Timeline timeline;
  private final Tempo tempo;
  private final OpenSlots open;
  private final Runnable found;
  private final Outage outage;
  private final Pump pump;
  private final Map<Pass, Range> passes = new EnumMap<>(Pass.class);
  private volatile Duration nearBack = NEAR_BACK;
  private volatile long notBefore;
  private volatile boolean closed;

  /** How long the chunks of this pass over the present took; for steps only. */
  private Duration nearTook = Duration.ZERO;

  /**
   * The readings of one shard.
   *
   * @param found is told when slots were added
   */
  ShardReads(int shard, EngineParts parts, OpenSlots open, Runnable found) {
    this.shard = shard;
    this.store = parts.store();
    this.clock = parts.clock();
    this.timeline = parts.timeline();
    this.tempo = parts.tempo();
    this.open = open;
    this.found = found;
    this.outage = parts.outages().reading().one();
    this.pump = new Pump(parts.reading(), this::step);
    this.notBefore = timeline.nanos();
  }

  /** Reads all that is due or soon will be, and from then on as the tempo says. */
  void start() {
    readAhead();
    timeline.schedule(tempo.near(), this::near);
    timeline.schedule(tempo.far(), this::far);
    timeline.schedule(tempo.sweep(), this::sweep);
  }

  void close() {
    closed = true;
  }

  /** Reads on if reading had to stop for want of room and there is some now. */
  void refill() {
    Instant enough = clock.reached().plus(tempo.readAhead().dividedBy(2));
    if (open.halfEmpty() && open.horizon().due().isBefore(enough)) {
      readAhead();
    }
  }

  /** Somebody has written entries that are due between these times. */
  void hint(Instant from, Instant to) {
    request(Pass.HINT, Slot.from(from), Slot.from(to.plusMillis(1)));
  }

  /** Reads what lies between these slots, both included. */
  void again(Slot from, Slot to) {
    hint(from.due(), to.due());
  }

  private void readAhead() {
    request(Pass.AHEAD, Slot.MIN, Slot.MIN);
  }

  /** One pass at a time: where very much is due it takes longer than the time between two. */
  private void near() {
    if (!closed) {
      Instant now = clock.reached();
      Instant to = now.plus(tempo.near().multipliedBy(3));
      if (!readAgain(Pass.NEAR, now.minus(nearBack), to)) {
        timeline.schedule(tempo.near(), this::near);
      }
    }
  }

  private void far() {
    if (!closed) {
      Instant now = clock.reached();
      readAhead();
      readAgain(Pass.FAR, now.minus(FAR_BACK), now.plus(tempo.readAhead()));
      timeline.schedule(tempo.far(), this::far);
    }
  }

  private void sweep() {
    if (!closed) {
      request(Pass.SWEEP, Slot.MIN, Slot.MAX);
      timeline.schedule(tempo.sweep(), this::sweep);
    }
  }

  private boolean readAgain(Pass pass, Instant from, Instant to) {
    Slot first = open.first();
    if (first != null && first.due().isBefore(clock.reached().minus(BEHIND))) {
      return false;
    }
    request(pass, Slot.from(from), Slot.from(to));
    return true;
  }

  private void request(Pass pass, Slot after, Slot upTo) {
    synchronized (passes) {
      passes.merge(pass, new Range(after, upTo), Range::and);
    }
    pump.wake();
  }

  private void step() {
    if (closed || notBefore - timeline.nanos() > 0) {
      return;
    }
    Pass pass;
    Range range;
    synchronized (passes) {
      if (passes.isEmpty()) {
        return;
      }
      pass = passes.keySet().iterator().next();
      range = passes.remove(pass);
    }
    try {
      read(pass, range);
      outage.over();
      pump.wake();
    } catch (RuntimeException e) {
      Duration wait = outage.failed(e);
      notBefore = timeline.nanos() + wait.toNanos();
      request(pass, range.after, range.upTo);
      timeline.schedule(wait, pump::wake);
    }
  }

  private void read(Pass pass, Range range) {
    if (pass == Pass.AHEAD) {
      ahead();
    } else {
      Range known = new Range(range.after, least(range.upTo, open.horizon()));
      long begun = timeline.nanos();
      Slot next = known.empty() ? known.upTo : chunk(known, CHUNK);
      boolean ended = next.compareTo(known.upTo) >= 0;
      if (!ended) {
        request(pass, next, range.upTo);
      }
      if (pass == Pass.NEAR) {
        nearTook = nearTook.plusNanos(timeline.nanos() - begun);
        if (ended) {
          timeline.schedule(pace(nearTook), this::near);
          nearTook = Duration.ZERO;
        }
      }
    }
  }

  private void ahead() {
    Range rest = new Range(open.horizon(), Slot.from(clock.reached().plus(tempo.readAhead())));
    int room = Math.min(open.room(), CHUNK);
    if (room > 0 && !rest.empty() && chunk(rest, room).compareTo(rest.upTo) < 0) {
      readAhead();
    }
  }

  /** Reads the beginning of the range and returns how far that was. */
  private Slot chunk(Range range, int limit) {
    Slot readTo = null;
    List<Slot> slots = List.of();
    open.beginRead(range.upTo);
    boolean added;
    try {
      slots = store.slots(shard, range.after, range.upTo, limit);
      readTo = slots.size() < limit ? range.upTo : slots.get(slots.size() - 1);
      if (open.anyOrderedNew(slots)) {
        slots = withEarlier(range.after, slots);
      }
    } finally {
      added = open.endRead(range.after, readTo, slots);
    }
    if (added) {
      found.run();
    }
    return readTo;
  }

  /**
   * What is sorted by more than its due time may follow something that was committed before it and
   * that no reading has reached: late by a long transaction, or in a part that is read more rarely.
   */
  private List<Slot> withEarlier(Slot before, List<Slot> found) {
    Slot from = Slot.from(clock.reached().minus(FAR_BACK));
    if (from.compareTo(before) >= 0) {
      return found;
    }
    List<Slot> all = new ArrayList<>(store.slots(shard, from, before, CHUNK));
    all.addAll(found);
    return all;
  }

  /**
   * A store that is slow at reading (old versions of many rows to skip) is read less often; one
   * that is quick is read farther back, for what long transactions commit.
   */
  private Duration pace(Duration took) {
    if (took.compareTo(SLOW) > 0) {
      nearBack = NEAR_BACK;
    } else if (took.compareTo(QUICK) < 0 && nearBack.compareTo(NEAR_BACK_MOST) < 0) {
      nearBack = nearBack.plus(NEAR_BACK);
    }
    Duration stretched = took.compareTo(SLOW) > 0 ? took.multipliedBy(10) : tempo.near();
    return stretched.compareTo(LONGEST_NEAR) > 0 ? LONGEST_NEAR : stretched;
  }

  private static Slot least(Slot a, Slot b) {
    return a.compareTo(b) > 0 ? b : a;
  }
}
