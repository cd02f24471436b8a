package io.postbus.runtime.consume;

import static io.postbus.message.Message.RESERVED_HEADERS;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.spi.Failure;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers by which the runtime speaks to itself over a broker: which attempt a delivery is, and
 * what went wrong before. Applications neither set nor see them.
 */
public final class ReservedHeaders {
  /** The attempt that the delivery is; absent for the first one of a message from a topic. */
  public static final String ATTEMPT = RESERVED_HEADERS + "attempt";

  /** Sent to one group, which therefore gets it whatever its filter says. */
  public static final String DIRECT = RESERVED_HEADERS + "direct";

  /** How often it has been taken out of the dead letters. */
  public static final String REDRIVES = RESERVED_HEADERS + "redrives";

  /** When it failed first. */
  public static final String FAILED_FIRST = RESERVED_HEADERS + "failed-first";

  /** When it failed last. */
  public static final String FAILED_LAST = RESERVED_HEADERS + "failed-last";

  /** The class of the last failure's exception, or a word. */
  public static final String ERROR = RESERVED_HEADERS + "error";

  /** What the last failure said. */
  public static final String ERROR_MESSAGE = RESERVED_HEADERS + "error-message";

  /** The last failure's cut stack trace. */
  public static final String ERROR_TRACE = RESERVED_HEADERS + "error-trace";

  /** Held by its receiver until then: a retry that waits on the broker. */
  public static final String DUE = RESERVED_HEADERS + "due";

  /** Another program's message whose fields have been mapped already. */
  public static final String MAPPED = RESERVED_HEADERS + "mapped";

  private ReservedHeaders() {}

  /** Whether it carries any of these headers. */
  public static boolean in(Message m) {
    for (String name : m.headers().keySet()) {
      if (name.startsWith(RESERVED_HEADERS)) {
        return true;
      }
    }
    return false;
  }

  /** The message without any of them: as its publisher made it. */
  public static Message strip(Message m) {
    if (!in(m)) {
      return m;
    }
    Message.Builder b = m.toBuilder();
    for (String name : m.headers().keySet()) {
      if (name.startsWith(RESERVED_HEADERS)) {
        b.header(name, (String) null);
      }
    }
    return b.build();
  }

  /** The attempt that the delivery is, 1 where the header is absent or malformed. */
  public static int attempt(Message m) {
    return Math.max(1, number(m.headers(), ATTEMPT));
  }

  /** How often it has been redriven. */
  public static int redrives(Message m) {
    return Math.max(0, number(m.headers(), REDRIVES));
  }

  /**
   * What is told of its failures, or null where it has none. Error and trace are empty where only a
   * dead letter carries them.
   */
  public static @Nullable Failure failure(Message m) {
    Instant first = CloudEvents.instant(m.header(FAILED_FIRST));
    if (first == null) {
      return null;
    }
    Instant last = CloudEvents.instant(m.header(FAILED_LAST));
    return new Failure(
        first,
        last == null ? first : last,
        text(m, ERROR),
        text(m, ERROR_MESSAGE),
        text(m, ERROR_TRACE),
        redrives(m));
  }

  /** A copy to be sent to its group as a retry. */
  public static Message retry(Message m, int attempt, Failure failure) {
    return marked(m, attempt, failure).build();
  }

  /** A copy to be sent to its group as a retry that the receiver holds until it is due. */
  public static Message retry(Message m, int attempt, Failure failure, Instant due) {
    return marked(m, attempt, failure).header(DUE, due).build();
  }

  /** A copy for {@code dlq.<group>}, from which the dead letter can be read back. */
  public static Message dead(Message m, int attempts, Failure failure) {
    return marked(m, attempts, failure)
        .header(ERROR, failure.error())
        .header(ERROR_MESSAGE, failure.message())
        .header(ERROR_TRACE, failure.trace())
        .build();
  }

  /** A copy to be sent to its group as a first attempt, out of the dead letters. */
  public static Message redriven(Message m, int redrives) {
    String mapped = m.header(MAPPED);
    return strip(m).toBuilder()
        .header(ATTEMPT, 1)
        .header(REDRIVES, redrives)
        .header(MAPPED, mapped)
        .build();
  }

  private static Message.Builder marked(Message m, int attempt, Failure failure) {
    String mapped = m.header(MAPPED);
    return strip(m).toBuilder()
        .header(ATTEMPT, attempt)
        .header(FAILED_FIRST, failure.first())
        .header(FAILED_LAST, failure.last())
        .header(REDRIVES, failure.redrives() == 0 ? null : Integer.toString(failure.redrives()))
        .header(MAPPED, mapped);
  }

  private static String text(Message m, String name) {
    String value = m.header(name);
    return value == null ? "" : value;
  }

  private static int number(Map<String, String> headers, String name) {
    String text = headers.get(name);
    if (text == null) {
      return -1;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException malformed) {
      return -1;
    }
  }
}
