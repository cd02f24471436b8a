package io.postbus.runtime.codec;

import io.postbus.Codec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text as UTF-8, whatever content type it comes with. */
final class TextCodec implements Codec {
  @Override
  public String contentType() {
    return "text/plain; charset=utf-8";
  }

  @Override
  public boolean encodes(Class<?> body) {
    return CharSequence.class.isAssignableFrom(body);
  }

  @Override
  public boolean decodes(@Nullable String contentType, Class<?> body) {
    return body == String.class;
  }

  @Override
  public byte[] encode(Object body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public <T> T decode(byte[] payload, Class<T> body) throws CharacterCodingException {
    // Strict: String's own constructor would put replacement characters in place of broken bytes.
    return body.cast(
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
  }
}
