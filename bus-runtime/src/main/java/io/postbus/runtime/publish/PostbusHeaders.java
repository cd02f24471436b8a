package io.postbus.runtime.publish;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.spi.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The headers in which a message carries its own past from one process to the next: which attempt
 * it is and how the earlier ones failed. Applications neither set nor see them. What another
 * program wrote there counts as far as it makes sense.
 */
public final class PostbusHeaders {
  private static final String ATTEMPT = Message.RESERVED_HEADERS + "attempt";
  private static final String REDRIVES = Message.RESERVED_HEADERS + "redrives";
  private static final String DRIVER = Message.RESERVED_HEADERS + "driver";
  private static final String DIRECT = Message.RESERVED_HEADERS + "direct";
  private static final String DUE = Message.RESERVED_HEADERS + "due";
  private static final String MAPPED = Message.RESERVED_HEADERS + "mapped";
  private static final String FORCED = Message.RESERVED_HEADERS + "forced";
  private static final String FIRST = Message.RESERVED_HEADERS + "failed-first";
  private static final String LAST = Message.RESERVED_HEADERS + "failed-last";
  private static final String ERROR = Message.RESERVED_HEADERS + "error";
  private static final String ERROR_MESSAGE = Message.RESERVED_HEADERS + "error-message";
  private static final String ERROR_TRACE = Message.RESERVED_HEADERS + "error-trace";

  private PostbusHeaders() {}

  /** The attempt that this delivery is: failures so far + 1. */
  public static int attempt(Message m) {
    return Math.max(1, number(m.header(ATTEMPT), 1));
  }

  /** How often the message has been taken out of the dead letters. */
  public static int redrives(Message m) {
    return number(m.header(REDRIVES), 0);
  }

  /** How the message failed before, or null if it did not since it was published or redriven. */
  public static @Nullable Failure failure(Message m) {
    Instant first = CloudEvents.instant(m.header(FIRST));
    if (first == null) {
      return null;
    }
    Instant last = CloudEvents.instant(m.header(LAST));
    return new Failure(
        first,
        last == null ? first : last,
        text(m.header(ERROR)),
        text(m.header(ERROR_MESSAGE)),
        text(m.header(ERROR_TRACE)),
        redrives(m));
  }

  /** The message as it goes to a group for its next attempt: with what the next failure adds to. */
  public static Message next(Message m, int attempt, @Nullable Failure failure) {
    Message.Builder b = fresh(m);
    if (isForced(m)) {
      b.header(FORCED, "true");
    }
    if (attempt > 1) {
      b.header(ATTEMPT, attempt);
    }
    if (failure != null) {
      b.header(FIRST, failure.first()).header(LAST, failure.last());
      redrives(b, failure.redrives());
    }
    return b.build();
  }

  /** The message as a first attempt again, after it was a dead letter. */
  public static Message redriven(Message m, int redrives) {
    return redrives(fresh(m), redrives).build();
  }

  /** The message as one that is handled although its group may have completed it. */
  public static Message forced(Message m) {
    return m.header(FORCED, "true");
  }

  /** Whether it is handled although its group may have completed it. */
  public static boolean isForced(Message m) {
    return m.header(FORCED) != null;
  }

  /** The message as a dead letter on a broker: with all that is known of its failure. */
  public static Message dead(Message m, int attempts, Failure failure) {
    Message.Builder b = next(m, attempts, failure).toBuilder();
    return b.header(ERROR, failure.error())
        .header(ERROR_MESSAGE, failure.message())
        .header(ERROR_TRACE, failure.trace())
        .build();
  }

  /** The message as it goes to one group, which gets it whatever its filter says. */
  public static Message direct(Message m) {
    return m.header(DIRECT, "true");
  }

  /** Whether the message was sent to one group: directly, as a retry or out of the dead letters. */
  public static boolean isDirect(Message m) {
    return m.header(DIRECT) != null
        || m.header(ATTEMPT) != null
        || m.header(REDRIVES) != null
        || m.header(FIRST) != null;
  }

  /** The message as it waits on the broker: its receiver holds it until then. */
  public static Message due(Message m, Instant due) {
    return m.toBuilder().header(DUE, due).build();
  }

  /** Until when its receiver holds it, or null. */
  public static @Nullable Instant due(Message m) {
    return CloudEvents.instant(m.header(DUE));
  }

  /** The message of another program with its fields mapped, so that none is mapped twice. */
  public static Message mapped(Message m) {
    return m.header(MAPPED, "true");
  }

  /** Whether its fields have been mapped already. */
  public static boolean isMapped(Message m) {
    return m.header(MAPPED) != null;
  }

  /** The connection that a message in the store goes to, or null for the default one. */
  public static @Nullable String driver(Message m) {
    return m.header(DRIVER);
  }

  /** The message as it waits in the store for that connection. */
  public static Message driver(Message m, String name) {
    return m.header(DRIVER, name);
  }

  /** The message as applications see it: the same one if it has no header of ours. */
  public static Message strip(Message m) {
    if (!any(m)) {
      return m;
    }
    Message.Builder b = m.toBuilder();
    for (String name : m.headers().keySet()) {
      if (reserved(name)) {
        b.header(name, (String) null);
      }
    }
    return b.build();
  }

  /** Whether the message has a header of ours. */
  public static boolean any(Message m) {
    if (!m.headers().isEmpty()) {
      for (String name : m.headers().keySet()) {
        if (reserved(name)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Without what is told of its past, but for its mapping, which is of the payload. */
  private static Message.Builder fresh(Message m) {
    Message.Builder b = strip(m).toBuilder();
    return isMapped(m) ? b.header(MAPPED, "true") : b;
  }

  private static boolean reserved(String header) {
    return header.startsWith(Message.RESERVED_HEADERS);
  }

  private static Message.Builder redrives(Message.Builder b, int redrives) {
    return redrives > 0 ? b.header(REDRIVES, redrives) : b;
  }

  /** The number in a header; what is none counts as {@code otherwise}. */
  public static int number(@Nullable String text, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException notOurs) {
      return otherwise;
    }
  }

  private static String text(@Nullable String header) {
    return header == null ? "" : header;
  }
}
