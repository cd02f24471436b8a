package io.postbus;

import org.jspecify.annotations.Nullable;

/**
 * Turns bodies into payloads and back. Thread-safe. Bytes, text and JSON (by Jackson) are built in.
 */
public interface Codec {
  /** The media type that {@link #encode} makes, for messages without one. */
  String contentType();

  boolean encodes(Class<?> body);

  /**
   * Whether it reads such payloads into such objects.
   *
   * @param contentType the message's, or null where its writer gave none
   */
  boolean decodes(@Nullable String contentType, Class<?> body);

  /** May throw anything: the caller gets a {@link DecodeException} with it as its cause. */
  byte[] encode(Object body) throws Exception;

  /** May throw anything: the caller gets a {@link DecodeException} with it as its cause. */
  <T> T decode(byte[] payload, Class<T> body) throws Exception;
}
