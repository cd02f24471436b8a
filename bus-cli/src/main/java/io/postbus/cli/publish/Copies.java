package io.postbus.cli.publish;

import io.postbus.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** One body, as often as it is wanted. */
public final class Copies implements Drafts {
  private final Attributes attributes;
  private final String topic;
  private final byte[] body;
  private final long count;
  private final String contentType;
  private final boolean numbered;
  private long made;

  public Copies(Attributes attributes, String topic, byte[] body, long count) {
    this.attributes = attributes;
    this.topic = topic;
    this.body = body;
    this.count = count;
    this.contentType =
        Objects.requireNonNullElseGet(attributes.contentType, () -> ContentTypes.of(body));
    this.numbered = count > 1 && !contentType.equals(ContentTypes.BYTES);
  }

  @Override
  public Optional<Message> next() {
    if (made == count) {
      return Optional.empty();
    }
    made++;
    return Optional.of(
        attributes.builder(topic, made).contentType(contentType).body(body()).build());
  }

  private byte[] body() {
    if (!numbered) {
      return body;
    }
    String text = new String(body, StandardCharsets.UTF_8);
    return Objects.requireNonNull(Numbered.text(text, made)).getBytes(StandardCharsets.UTF_8);
  }
}
