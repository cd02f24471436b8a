package io.postbus.runtime.publish;

import io.postbus.PublishOptions;
import io.postbus.message.Message;
import io.postbus.runtime.codec.Codecs;
import io.postbus.spi.PublishException;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes an application's message fit to be sent: encoded, with source and expiry. Thread-safe. */
final class Preparation {
  private final Codecs codecs;
  private final InstantSource clock;
  private final @Nullable String source;

  /**
   * @param source of messages that have none; empty for none
   */
  Preparation(Codecs codecs, InstantSource clock, String source) {
    this.codecs = codecs;
    this.clock = clock;
    this.source = source.isEmpty() ? null : source;
  }

  /**
   * The message as it is sent; the same object where nothing has to be added.
   *
   * @throws PublishException if it has headers that are ours
   * @throws io.postbus.DecodeException if its body cannot be encoded
   */
  Message prepare(Message m, PublishOptions o) {
    if (PostbusHeaders.any(m)) {
      throw PublishException.refused(
          "%s has a header that begins with %s, which is Postbus's own"
              .formatted(m, Message.RESERVED_HEADERS),
          null);
    }
    Message encoded = codecs.encode(m);
    boolean sourceless = source != null && encoded.source() == null;
    if (!sourceless && o.ttl() == null) {
      return encoded;
    }
    Message.Builder b = encoded.toBuilder();
    if (sourceless) {
      b.source(source);
    }
    if (o.ttl() != null) {
      b.expiry(earlier(m.expiry(), leaving(o).plus(o.ttl())));
    }
    return b.build();
  }

  /** Whether the time has not come yet. */
  boolean isAhead(Instant time) {
    return time.isAfter(clock.instant());
  }

  /** When the message leaves: now, or after its delay. */
  private Instant leaving(PublishOptions o) {
    Instant now = clock.instant();
    if (o.at() != null) {
      return o.at().isAfter(now) ? o.at() : now;
    }
    return o.delay() == null ? now : now.plus(o.delay());
  }

  private static Instant earlier(@Nullable Instant a, Instant b) {
    return a != null && a.isBefore(b) ? a : b;
  }
}
