package io.postbus.message;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way: an immutable envelope around a payload that no broker wraps or changes.
 *
 * <p>Each {@code with}-like method ({@link #key(String)}, {@link #header(String, String)}, …)
 * returns a changed copy. The payload array is neither copied nor changed; whoever hands it over
 * leaves it alone afterwards. Attributes carry the meaning of their CloudEvents 1.0 namesakes.
 *
 * <p>A message made from an object ({@link #of(String, String, Object)}) is <em>unencoded</em>
 * until the bus has run its codec; drivers and stores only ever see encoded ones.
 */
public final class Message {
  /** Headers that start with this belong to Postbus; applications neither set nor see them. */
  public static final String RESERVED_HEADERS = "postbus-";

  private final String id;
  private final String topic;
  private final String type;
  private final Object body;
  private final Map<String, String> headers;
  private final Instant time;
  private final @Nullable String key;
  private final @Nullable String contentType;
  private final @Nullable String source;
  private final @Nullable String subject;
  private final @Nullable Instant expiry;

  private Message(Builder b) {
    long now = b.id == null || b.time == null ? System.currentTimeMillis() : 0;
    this.id = b.id != null ? b.id : MessageId.next(now);
    this.topic = b.topic;
    this.type = b.type;
    this.body = b.body;
    this.headers = b.sealedHeaders();
    this.time = b.time != null ? b.time : Instant.ofEpochMilli(now);
    this.key = b.key;
    this.contentType = b.contentType;
    this.source = b.source;
    this.subject = b.subject;
    this.expiry = b.expiry;
  }

  /**
   * A message with a new id and the present time.
   *
   * @param body {@code byte[]} as it is; anything else is encoded by the bus when it is published
   */
  public static Message of(String topic, String type, Object body) {
    return builder(topic, type).body(body).build();
  }

  /** A builder, cheaper than a chain of copies where several attributes are set. */
  public static Builder builder(String topic, String type) {
    return new Builder(Names.topic(topic), Names.type(type));
  }

  /**
   * A builder that takes the names as they come, for readers of messages that are already on a
   * broker: an odd name that another program wrote must not make its message unreadable.
   */
  public static Builder received(String topic, String type) {
    return new Builder(topic, type);
  }

  /** A builder that starts with all of this message's attributes. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Unique for the message's life, through every retry and republication. */
  public String id() {
    return id;
  }

  public String topic() {
    return topic;
  }

  /** The event's name, by which groups filter. */
  public String type() {
    return type;
  }

  /** The payload. Not a copy: do not change it. */
  public byte[] payload() {
    if (body instanceof byte[] bytes) {
      return bytes;
    }
    throw new IllegalStateException(
        "The body of message " + id + " is a " + body.getClass().getName() + ", not yet encoded");
  }

  /** What the message was made from: {@code byte[]} once it is encoded. */
  public Object body() {
    return body;
  }

  public boolean encoded() {
    return body instanceof byte[];
  }

  /** Application headers and, between runtime and driver, those of Postbus itself; unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The header of this name, or null. Names are case-sensitive. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** When the event happened, as its publisher says; at best to the millisecond. */
  public Instant time() {
    return time;
  }

  /** Messages of one key keep their order where a group asks for it. */
  public @Nullable String key() {
    return key;
  }

  /** The payload's media type. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** Who published: an application or module. */
  public @Nullable String source() {
    return source;
  }

  /** What the event is about, within its source. */
  public @Nullable String subject() {
    return subject;
  }

  /** From this moment on it is dropped instead of handled. */
  public @Nullable Instant expiry() {
    return expiry;
  }

  public Message id(String value) {
    return toBuilder().id(value).build();
  }

  public Message key(@Nullable String value) {
    return toBuilder().key(value).build();
  }

  public Message time(Instant value) {
    return toBuilder().time(value).build();
  }

  public Message contentType(@Nullable String value) {
    return toBuilder().contentType(value).build();
  }

  public Message source(@Nullable String value) {
    return toBuilder().source(value).build();
  }

  public Message subject(@Nullable String value) {
    return toBuilder().subject(value).build();
  }

  public Message expiry(@Nullable Instant value) {
    return toBuilder().expiry(value).build();
  }

  public Message header(String name, String value) {
    return toBuilder().header(name, value).build();
  }

  /** Compares every attribute but not the payload's bytes: an id names one payload for life. */
  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Message m
        && id.equals(m.id)
        && topic.equals(m.topic)
        && type.equals(m.type)
        && time.equals(m.time)
        && headers.equals(m.headers)
        && Objects.equals(key, m.key)
        && Objects.equals(contentType, m.contentType)
        && Objects.equals(source, m.source)
        && Objects.equals(subject, m.subject)
        && Objects.equals(expiry, m.expiry);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Names the message without showing its payload or headers, which may be confidential. */
  @Override
  public String toString() {
    return "Message[" + id + " " + topic + "/" + type + (key == null ? "" : " key=" + key) + "]";
  }

  /** Collects attributes; one thread. Null sets an optional attribute back to absent. */
  public static final class Builder {
    private String topic;
    private String type;
    private Object body = new byte[0];
    private @Nullable Map<String, String> headers;
    private boolean headersShared;
    private @Nullable String id;
    private @Nullable Instant time;
    private @Nullable String key;
    private @Nullable String contentType;
    private @Nullable String source;
    private @Nullable String subject;
    private @Nullable Instant expiry;

    private Builder(String topic, String type) {
      this.topic = topic;
      this.type = type;
    }

    private Builder(Message m) {
      this(m.topic, m.type);
      this.body = m.body;
      this.headers = m.headers;
      this.headersShared = true;
      this.id = m.id;
      this.time = m.time;
      this.key = m.key;
      this.contentType = m.contentType;
      this.source = m.source;
      this.subject = m.subject;
      this.expiry = m.expiry;
    }

    public Builder topic(String value) {
      this.topic = value;
      return this;
    }

    public Builder type(String value) {
      this.type = value;
      return this;
    }

    public Builder body(Object value) {
      this.body = Objects.requireNonNull(value, "body");
      return this;
    }

    public Builder id(@Nullable String value) {
      this.id = value == null ? null : Names.id(value);
      return this;
    }

    /** Cut to the millisecond, the finest that every broker and store keeps. */
    public Builder time(@Nullable Instant value) {
      this.time = millis(value);
      return this;
    }

    public Builder key(@Nullable String value) {
      this.key = value;
      return this;
    }

    public Builder contentType(@Nullable String value) {
      this.contentType = value;
      return this;
    }

    public Builder source(@Nullable String value) {
      this.source = value;
      return this;
    }

    public Builder subject(@Nullable String value) {
      this.subject = value;
      return this;
    }

    /** Cut to the millisecond. */
    public Builder expiry(@Nullable Instant value) {
      this.expiry = millis(value);
      return this;
    }

    /** Sets a header; null removes it. The name is 1 to 255 bytes of UTF-8. */
    public Builder header(String name, @Nullable String value) {
      if (value == null) {
        if (headers != null && headers.containsKey(name)) {
          ownHeaders().remove(name);
        }
      } else {
        ownHeaders().put(Names.header(name), value);
      }
      return this;
    }

    /** A whole number, carried as its decimal text. */
    public Builder header(String name, long value) {
      return header(name, Long.toString(value));
    }

    /** A number, carried as {@link Double#toString(double)} writes it. */
    public Builder header(String name, double value) {
      return header(name, Double.toString(value));
    }

    /** Carried as {@code true} or {@code false}. */
    public Builder header(String name, boolean value) {
      return header(name, Boolean.toString(value));
    }

    /** A moment, carried as RFC 3339 text in UTC. */
    public Builder header(String name, Instant value) {
      return header(name, value.toString());
    }

    /** A duration, carried as ISO 8601 text. */
    public Builder header(String name, Duration value) {
      return header(name, value.toString());
    }

    /** Bytes, carried as Base64 text. */
    public Builder header(String name, byte[] value) {
      return header(name, Base64.getEncoder().encodeToString(value));
    }

    /** Adds all of these headers. */
    public Builder headers(Map<String, String> values) {
      values.forEach(this::header);
      return this;
    }

    public Message build() {
      return new Message(this);
    }

    private static @Nullable Instant millis(@Nullable Instant value) {
      return value == null ? null : value.truncatedTo(ChronoUnit.MILLIS);
    }

    private Map<String, String> ownHeaders() {
      if (headers == null) {
        headers = new LinkedHashMap<>(8);
      } else if (headersShared) {
        headers = new LinkedHashMap<>(headers);
        headersShared = false;
      }
      return headers;
    }

    private Map<String, String> sealedHeaders() {
      if (headers == null || headers.isEmpty()) {
        return Map.of();
      }
      Map<String, String> sealed = headersShared ? headers : Collections.unmodifiableMap(headers);
      headers = sealed;
      headersShared = true;
      return sealed;
    }
  }
}
