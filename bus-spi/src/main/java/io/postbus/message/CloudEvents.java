package io.postbus.message;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The mapping between a message and its CloudEvents 1.0 context attributes, which every driver
 * writes under its broker's prefix ({@code cloudEvents_}, {@code ce_}).
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents
 *     1.0.2</a>
 */
public final class CloudEvents {
  public static final String SPECVERSION = "specversion";
  public static final String ID = "id";
  public static final String SOURCE = "source";
  public static final String TYPE = "type";
  public static final String SUBJECT = "subject";
  public static final String TIME = "time";
  public static final String DATACONTENTTYPE = "datacontenttype";
  public static final String PARTITIONKEY = "partitionkey";
  public static final String EXPIRYTIME = "expirytime";
  public static final String TRACEPARENT = "traceparent";
  public static final String TRACESTATE = "tracestate";

  /** Every attribute that {@link #write} may write. */
  public static final Set<String> NAMES =
      Set.of(
          SPECVERSION,
          ID,
          SOURCE,
          TYPE,
          SUBJECT,
          TIME,
          DATACONTENTTYPE,
          PARTITIONKEY,
          EXPIRYTIME,
          TRACEPARENT,
          TRACESTATE);

  /** Those that a message keeps. */
  private static final List<String> READ =
      List.of(TYPE, ID, TIME, EXPIRYTIME, SOURCE, SUBJECT, PARTITIONKEY, TRACEPARENT, TRACESTATE);

  /** The type of a message whose writer gave none. */
  public static final String UNKNOWN_TYPE = "unknown";

  /**
   * The source of a message whose publisher gave none, as the specification requires one; read as
   * none again.
   */
  public static final String DEFAULT_SOURCE = "postbus";

  private CloudEvents() {}

  /**
   * Hands each attribute that the message has to {@code to}, by its plain name. The content type is
   * left out where the broker has a place of its own for it: see {@link Message#contentType()}.
   * {@code traceparent} and {@code tracestate} are taken from the headers of the same name.
   */
  public static void write(Message m, BiConsumer<String, String> to) {
    to.accept(SPECVERSION, "1.0");
    to.accept(ID, m.id());
    to.accept(SOURCE, m.source() == null ? DEFAULT_SOURCE : m.source());
    to.accept(TYPE, m.type());
    to.accept(TIME, TimeText.of(m.time()));
    put(to, SUBJECT, m.subject());
    put(to, PARTITIONKEY, m.key());
    put(to, EXPIRYTIME, m.expiry() == null ? null : TimeText.of(m.expiry()));
    put(to, TRACEPARENT, m.header(TRACEPARENT));
    put(to, TRACESTATE, m.header(TRACESTATE));
  }

  /** True for the headers that {@link #write} hands out as attributes. */
  public static boolean isAttributeHeader(String header) {
    return header.equals(TRACEPARENT) || header.equals(TRACESTATE);
  }

  /**
   * Sets on {@code m} what {@code attribute} knows, by plain names. Absent or malformed attributes
   * leave what the caller has set, so give the broker's own id, time and type first.
   */
  public static Message.Builder read(Message.Builder m, UnaryOperator<@Nullable String> attribute) {
    for (String name : READ) {
      String value = attribute.apply(name);
      if (value != null) {
        set(m, name, value);
      }
    }
    return m;
  }

  /**
   * Sets one attribute on {@code m}, by its plain name; for readers that come by one after the
   * other. A malformed one leaves what is set, and so do those that no message keeps: the version,
   * and the content type, which its broker's own place may decide.
   */
  public static void set(Message.Builder m, String name, String value) {
    switch (name) {
      case ID -> {
        if (Names.isId(value)) {
          m.id(value);
        }
      }
      case TYPE -> {
        if (!value.isEmpty()) {
          m.type(value);
        }
      }
      case TIME -> {
        Instant time = instant(value);
        if (time != null) {
          m.time(time);
        }
      }
      case EXPIRYTIME -> {
        Instant expiry = instant(value);
        if (expiry != null) {
          m.expiry(expiry);
        }
      }
      case SOURCE -> {
        if (!value.equals(DEFAULT_SOURCE)) {
          m.source(value);
        }
      }
      case SUBJECT -> m.subject(value);
      case PARTITIONKEY -> m.key(value);
      case TRACEPARENT, TRACESTATE -> m.header(name, value);
      default -> {}
    }
  }

  /** The moment as {@link #write} writes it: RFC 3339, in UTC. */
  public static String text(Instant moment) {
    return TimeText.of(moment);
  }

  /** The moment of an RFC 3339 text, or null where there is none or it is malformed. */
  public static @Nullable Instant instant(@Nullable String text) {
    return text == null ? null : TimeText.parse(text);
  }

  private static void put(BiConsumer<String, String> to, String name, @Nullable String value) {
    if (value != null) {
      to.accept(name, value);
    }
  }
}
