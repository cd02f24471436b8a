package io.postbus.runtime.dead;

import io.postbus.Redrive;
import io.postbus.message.Message;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Failure;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What dead letters say of themselves. */
final class Letters {
  /** The error of one that somebody else gave up on: a broker's own limit, another program. */
  private static final String UNTOLD = "unknown";

  private Letters() {}

  static Failure failure(Delayed entry) {
    Failure known = entry.failure();
    return known != null ? known : untold(entry.message());
  }

  static Failure failure(Message m) {
    Failure known = PostbusHeaders.failure(m);
    return known != null ? known : untold(m);
  }

  /** Once more redriven. */
  static Failure redriven(Failure f) {
    return new Failure(f.first(), f.last(), f.error(), f.message(), f.trace(), f.redrives() + 1);
  }

  /** The message as it is sent again. */
  static Message again(Message m, int redrives, Redrive how) {
    Message redriven = PostbusHeaders.redriven(m, redrives);
    return how.forced() ? PostbusHeaders.forced(redriven) : redriven;
  }

  /** Whether the query means this one, as a store would say. */
  static boolean match(DelayedQuery q, Message m, Failure f) {
    return same(q.topic(), m.topic())
        && same(q.type(), m.type())
        && same(q.messageId(), m.id())
        && q.handle() == null
        && (q.error() == null || holds(f.error(), q.error()) || holds(f.message(), q.error()))
        && (q.from() == null || !f.last().isBefore(q.from()))
        && (q.to() == null || f.last().isBefore(q.to()));
  }

  private static Failure untold(Message m) {
    Instant then = m.time();
    return new Failure(then, then, UNTOLD, "", "", PostbusHeaders.redrives(m));
  }

  private static boolean same(@Nullable String wanted, String is) {
    return wanted == null || wanted.equals(is);
  }

  private static boolean holds(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }
}
