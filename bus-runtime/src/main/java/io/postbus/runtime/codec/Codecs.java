package io.postbus.runtime.codec;

import io.postbus.Codec;
import io.postbus.DecodeException;
import io.postbus.message.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The application's codecs, then text, then JSON where Jackson is present. Thread-safe. */
public final class Codecs {
  private final List<Codec> codecs;

  public Codecs(List<Codec> own) {
    List<Codec> all = new ArrayList<>(own);
    all.add(new TextCodec());
    if (Jackson.isPresent()) {
      all.add(new JsonCodec());
    }
    this.codecs = List.copyOf(all);
  }

  /**
   * The message with its body as bytes.
   *
   * @throws DecodeException if no codec takes the body, or the one that does fails
   */
  public Message encode(Message m) {
    if (m.encoded()) {
      return m;
    }
    Object body = m.body();
    Codec codec = encoder(body.getClass(), m.contentType());
    if (codec == null) {
      throw new DecodeException(
          "No codec encodes the %s of %s; %s".formatted(body.getClass().getName(), m, wayOut()),
          null);
    }
    Message.Builder b = m.toBuilder().body(bytes(codec, body, m));
    return (m.contentType() == null ? b.contentType(codec.contentType()) : b).build();
  }

  /**
   * The payload as an object; bytes as they are.
   *
   * @throws DecodeException if no codec reads it, or the one that does fails
   */
  public <T> T decode(Message m, Class<T> body) {
    if (body == byte[].class) {
      return body.cast(m.payload());
    }
    for (Codec codec : codecs) {
      if (codec.decodes(m.contentType(), body)) {
        return object(codec, m, body);
      }
    }
    throw new DecodeException(
        "No codec decodes %s of %s into %s; %s"
            .formatted(
                m.contentType() == null ? "the payload" : m.contentType(),
                m,
                body.getName(),
                wayOut()),
        null);
  }

  private @Nullable Codec encoder(Class<?> body, @Nullable String contentType) {
    Codec first = null;
    for (Codec codec : codecs) {
      if (codec.encodes(body)) {
        if (contentType == null || codec.contentType().equals(contentType)) {
          return codec;
        }
        first = first == null ? codec : first;
      }
    }
    return first;
  }

  private static byte[] bytes(Codec codec, Object body, Message m) {
    try {
      return codec.encode(body);
    } catch (Exception e) {
      throw failed("encode", m, body.getClass(), e);
    }
  }

  private static <T> T object(Codec codec, Message m, Class<T> body) {
    try {
      return codec.decode(m.payload(), body);
    } catch (Exception e) {
      throw failed("decode", m, body, e);
    }
  }

  private static DecodeException failed(String what, Message m, Class<?> body, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DecodeException(
        "Cannot %s the %s of %s: %s".formatted(what, body.getName(), m, why), e);
  }

  private String wayOut() {
    return codecs.get(codecs.size() - 1) instanceof JsonCodec
        ? "add one with BusBuilder.codec"
        : "add tools.jackson.core:jackson-databind 3 for JSON, or one with BusBuilder.codec";
  }
}
