package io.postbus.runtime.consume;

import io.postbus.Subscription;
import io.postbus.spi.Capability;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import java.time.Duration;

/**
 * How many deliveries this member takes in hand: as many as its handlers work on, and what they
 * finish in a fifth of a second, so that it neither idles nor hoards what another could be doing;
 * fixed where the driver cannot be resized. What rests does not count, up to a bound. All that
 * decides about the figure is here. Only the polling thread.
 */
final class InFlightLimit {
  private static final long AHEAD_NANOS = Duration.ofMillis(200).toNanos();
  private static final long MEASURE_NANOS = Duration.ofMillis(100).toNanos();

  /** What tells the rate sooner: so many times what it may hold, handled in no less than this. */
  private static final int TELLING = 4;

  private static final long LEAST_NANOS = Duration.ofMillis(5).toNanos();
  private static final int MOST = 1_000;

  /** So many at most, before their size is known. */
  private static final int FIRST = 32;

  private static final int MOST_RESTING = 1_000;
  private static final double MOST_BYTES = 16 << 20;

  /** The driver is told of resting ones in such steps: each telling may cost it a round trip. */
  private static final int RESTING_STEP = 64;

  private final int busy;
  private final int least;
  private final int most;
  private final int parts;
  private final boolean resizable;

  /** Others look at it, too. */
  private volatile int limit;

  private boolean measuring;
  private long measuredAt;
  private long taken;
  private long back;
  private long handled;
  private double meanBytes;

  /** So many fit into the memory that is meant for them. */
  private volatile int fitting = FIRST;

  private InFlightLimit(int busy, int least, int most, int start, int parts, boolean resizable) {
    this.busy = busy;
    this.least = Math.max(busy, least);
    this.most = Math.max(this.least, most);
    this.limit = Math.max(this.least, start);
    this.parts = parts;
    this.resizable = resizable;
  }

  /**
   * For handlers.
   *
   * @param together how many deliveries a handler gets at a time
   */
  static InFlightLimit ofHandlers(Subscription s, Driver driver, int together) {
    int busy = s.concurrency() * together;
    int fetch = s.fetch().max();
    int ceiling = fetch > 0 ? fetch + busy : MOST;
    // Of batches one more than are handled, so that it can be filled meanwhile.
    int least = Math.max(fetch, together == 1 ? busy : busy + together);
    boolean resizable =
        s.order() == Order.NONE && driver.capabilities().contains(Capability.RESIZE);
    int start = resizable ? least : ceiling;
    return new InFlightLimit(busy, least, ceiling, start, 4, resizable);
  }

  /** For a caller who asks: no more than may be asked for. */
  static InFlightLimit ofPuller(Subscription s) {
    int most = s.fetch().max() > 0 ? s.fetch().max() : s.concurrency();
    return new InFlightLimit(most, most, most, most, most, false);
  }

  /** The most that can ever be held. */
  int capacity() {
    return resizable ? most + MOST_RESTING : limit;
  }

  /** How many may be held now. */
  int full(InFlight inFlight) {
    return bounded() + allowance(inFlight.resting());
  }

  /** How many more may be taken now. */
  int room(InFlight inFlight) {
    return full(inFlight) - inFlight.held();
  }

  /** So much room is worth a poll at once. */
  int chunk() {
    return Math.max(1, bounded() / parts);
  }

  void took(int count, long bytes) {
    long total = taken + count;
    taken = total;
    double weight = total == count ? 1 : count / (count + 8.0);
    double before = meanBytes;
    meanBytes = before + ((double) bytes / count - before) * weight;
    double fit = Math.min(most, MOST_BYTES / Math.max(1, meanBytes));
    // What changes little is left alone: sizes vary, and resizing may cost the driver a round trip.
    if (total == count || 4 * fit < 3 * fitting || 2 * fit > 3 * fitting || fit == most) {
      fitting = (int) fit;
    }
  }

  /** So many went back unbegun: they are not held any more, but were not handled either. */
  void gave(int count) {
    back += count;
  }

  /** Follows the measured rate. */
  void adapt(long now, InFlight inFlight) {
    if (!resizable) {
      return;
    }
    if (!measuring) {
      measuring = true;
      measuredAt = now;
    }
    long elapsed = now - measuredAt;
    long total = taken - back - inFlight.held();
    boolean fast = elapsed >= LEAST_NANOS && total - handled >= (long) TELLING * limit;
    if (elapsed < MEASURE_NANOS && !fast) {
      return;
    }
    double ahead = Math.ceil((double) (total - handled) / elapsed * AHEAD_NANOS);
    int target = (int) Math.min(most, least + ahead);
    if (target > limit || inFlight.held() >= busy) {
      limit = next(limit, target);
    } // Else there was not enough to do, which does not tell how fast the handlers are.
    measuredAt = now;
    handled = total;
  }

  /** Up at once, down by halves, and neither for a little: it may cost the driver a round trip. */
  private int next(int now, int target) {
    if (4 * target > 5 * now || target == most) {
      return target;
    }
    return 4 * target < 3 * now ? Math.max(target, now / 2) : now;
  }

  /** What the driver's limit has to be. */
  int forDriver(InFlight inFlight) {
    if (!resizable) {
      return limit;
    }
    int resting = allowance(inFlight.resting());
    int steps = (resting + RESTING_STEP - 1) / RESTING_STEP;
    return bounded() + Math.min(MOST_RESTING, steps * RESTING_STEP);
  }

  boolean resizable() {
    return resizable;
  }

  private int allowance(int resting) {
    return resizable ? Math.min(resting, MOST_RESTING) : 0;
  }

  /** So many as fit into the memory that is meant for them, but enough for every handler. */
  private int bounded() {
    int fit = fitting;
    return fit >= limit ? limit : Math.max(busy, fit);
  }
}
