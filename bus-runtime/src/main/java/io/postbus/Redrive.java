package io.postbus;

import io.postbus.spi.Rate;
import java.util.Optional;

/**
 * How dead letters are sent again. Immutable.
 *
 * @param rate at most so many in a time
 * @param dry only count
 * @param limit at most so many in all
 * @param forced handled also where the group is idempotent and has completed the message
 */
public record Redrive(Optional<Rate> rate, boolean dry, long limit, boolean forced) {
  /** As fast as the broker takes them. */
  public static Redrive now() {
    return new Redrive(Optional.empty(), false, Long.MAX_VALUE, false);
  }

  /** At most so many a second. */
  public static Redrive rate(int perSecond) {
    return new Redrive(Optional.of(Rate.perSecond(perSecond)), false, Long.MAX_VALUE, false);
  }

  /** Only counts what it would send. */
  public Redrive dryRun() {
    return new Redrive(rate, true, limit, forced);
  }

  /** Stops after so many. */
  public Redrive limit(long most) {
    return new Redrive(rate, dry, most, forced);
  }

  /**
   * Has the messages handled also where the group has completed another copy of them, which an
   * idempotent group would only acknowledge.
   */
  public Redrive force() {
    return new Redrive(rate, dry, limit, true);
  }
}
