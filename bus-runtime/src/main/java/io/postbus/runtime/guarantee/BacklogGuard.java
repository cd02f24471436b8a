package io.postbus.runtime.guarantee;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Backlog;
import io.postbus.spi.Group;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells a message that waits its turn from one that is lost: while its group has a backlog it is
 * probably in it. What a broker said is believed for a second. Thread-safe; may block for a call of
 * the broker.
 */
final class BacklogGuard {
  private static final long BELIEVED_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int REMEMBERED = 10_000;

  /** Pushed back so often, a message is sent again; then so often again, doubled each time. */
  private static final int PUSHES = 5;

  /** What to do with a message that has not been acknowledged in time. */
  enum Advice {
    SEND,
    /** It probably waits its turn. */
    WAIT,
    /** Nobody consumes: it makes no difference how long that lasts. */
    WAIT_UNCOUNTED
  }

  private record Seen(Backlog backlog, long at) {}

  private record Where(@Nullable String connection, String group) {}

  private final BiFunction<@Nullable String, Group, Backlog> broker;
  private final Timeline timeline;
  private final Map<Where, Seen> seen = new ConcurrentHashMap<>();

  /**
   * A guard that has asked nothing yet.
   *
   * @param broker says what a group has before it on a connection
   */
  BacklogGuard(BiFunction<@Nullable String, Group, Backlog> broker, Timeline timeline) {
    this.broker = broker;
    this.timeline = timeline;
  }

  /**
   * What to do with a message of the group.
   *
   * @param pushed how often it was made to wait, counted
   */
  Advice advise(@Nullable String connection, Group group, int pushed) {
    Backlog backlog = backlog(new Where(connection, group.name()), group);
    if (backlog.ready() == 0 && backlog.unsettled().orElse(0) == 0) {
      return Advice.SEND;
    }
    if (backlog.members().isPresent() && backlog.members().getAsInt() == 0) {
      return Advice.WAIT_UNCOUNTED;
    }
    int rounds = pushed / PUSHES;
    boolean turn = pushed % PUSHES == 0 && Integer.bitCount(rounds) == 1;
    return turn ? Advice.SEND : Advice.WAIT;
  }

  private Backlog backlog(Where where, Group group) {
    Seen last = seen.get(where);
    long now = timeline.nanos();
    if (last != null && now - last.at < BELIEVED_NANOS) {
      return last.backlog;
    }
    Backlog fresh = broker.apply(where.connection, group);
    if (seen.size() >= REMEMBERED) {
      seen.clear();
    }
    seen.put(where, new Seen(fresh, now));
    return fresh;
  }
}
