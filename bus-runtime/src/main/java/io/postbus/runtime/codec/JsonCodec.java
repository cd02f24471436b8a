package io.postbus.runtime.codec;

import io.postbus.Codec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Objects as JSON, by Jackson 3 with its defaults: unknown properties are ignored, times are ISO
 * 8601. Loaded only where Jackson is present.
 */
final class JsonCodec implements Codec {
  private final JsonMapper mapper = JsonMapper.builder().build();

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public boolean encodes(Class<?> body) {
    return true;
  }

  /** JSON by its content type, and whatever has none or one that says nothing. */
  @Override
  public boolean decodes(@Nullable String contentType, Class<?> body) {
    if (contentType == null) {
      return true;
    }
    int parameters = contentType.indexOf(';');
    String plain =
        (parameters < 0 ? contentType : contentType.substring(0, parameters))
            .trim()
            .toLowerCase(Locale.ROOT);
    return plain.isEmpty()
        || plain.endsWith("/json")
        || plain.endsWith("+json")
        || plain.equals("application/octet-stream");
  }

  @Override
  public byte[] encode(Object body) {
    return mapper.writeValueAsBytes(body);
  }

  @Override
  public <T> T decode(byte[] payload, Class<T> body) {
    return mapper.readValue(payload, body);
  }
}
