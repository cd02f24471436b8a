package io.postbus.message;

import java.time.Instant;
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
    String type = attribute.apply(TYPE);
    if (type != null && !type.isEmpty()) {
      m.type(type);
    }
    String id = attribute.apply(ID);
    if (id != null && Names.isId(id)) {
      m.id(id);
    }
    Instant time = instant(attribute.apply(TIME));
    if (time != null) {
      m.time(time);
    }
    Instant expiry = instant(attribute.apply(EXPIRYTIME));
    if (expiry != null) {
      m.expiry(expiry);
    }
    String source = attribute.apply(SOURCE);
    if (source != null && !source.equals(DEFAULT_SOURCE)) {
      m.source(source);
    }
    String subject = attribute.apply(SUBJECT);
    if (subject != null) {
      m.subject(subject);
    }
    String key = attribute.apply(PARTITIONKEY);
    if (key != null) {
      m.key(key);
    }
    header(m, TRACEPARENT, attribute.apply(TRACEPARENT));
    header(m, TRACESTATE, attribute.apply(TRACESTATE));
    return m;
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

  private static void header(Message.Builder m, String name, @Nullable String value) {
    if (value != null) {
      m.header(name, value);
    }
  }
}
