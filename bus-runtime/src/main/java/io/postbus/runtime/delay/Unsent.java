package io.postbus.runtime.delay;

import io.postbus.DeadLetters;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Failure;
import java.time.Instant;

/**
 * Dead letters of messages that were never sent: they belong to no group that could have given up
 * on them, so they are kept for one of their own, {@link DeadLetters#UNSENT}.
 */
public final class Unsent {
  private static final String WAS = Message.RESERVED_HEADERS + "unsent";

  private Unsent() {}

  /** The dead letter, of the group that it was for if that may have had it before. */
  static Delayed dead(Delayed refused) {
    boolean sentBefore = refused.kind() == Kind.RETRY || refused.kind() == Kind.GUARANTEED;
    if (sentBefore) {
      return with(refused, Kind.DEAD, refused.destination(), refused.message());
    }
    String group = refused.destination() instanceof Destination.ToGroup to ? ":" + to.name() : "";
    Message m = refused.message().header(WAS, refused.kind() + group);
    return with(refused, Kind.DEAD, Destination.group(DeadLetters.UNSENT), m);
  }

  /** Whether it is the dead letter of a message that was never sent. */
  public static boolean is(Delayed dead) {
    return dead.message().header(WAS) != null;
  }

  /**
   * The entry as it waits again, due at this time.
   *
   * @param failure with which it waits
   */
  public static Delayed again(Delayed dead, Failure failure, Instant due) {
    String[] was = String.valueOf(dead.message().header(WAS)).split(":", 2);
    Destination to =
        was.length > 1 ? Destination.group(was[1]) : Destination.topic(dead.message().topic());
    return new Delayed(
        dead.slot().at(due),
        was[0].equals(Kind.OUTBOX.name()) ? Kind.OUTBOX : Kind.DELAY,
        to,
        dead.message().toBuilder().header(WAS, (String) null).build(),
        dead.attempt(),
        dead.handle(),
        failure);
  }

  private static Delayed with(Delayed e, Kind kind, Destination to, Message m) {
    return new Delayed(e.slot(), kind, to, m, e.attempt(), e.handle(), e.failure());
  }
}
