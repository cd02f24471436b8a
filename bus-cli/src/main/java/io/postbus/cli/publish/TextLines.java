package io.postbus.cli.publish;

import io.postbus.message.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A body a line. */
public final class TextLines implements Drafts {
  private final Attributes attributes;
  private final String topic;
  private final BufferedReader lines;
  private long read;

  public TextLines(Attributes attributes, String topic, BufferedReader lines) {
    this.attributes = attributes;
    this.topic = topic;
    this.lines = lines;
  }

  @Override
  public Optional<Message> next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      return Optional.empty();
    }
    byte[] body = line.getBytes(StandardCharsets.UTF_8);
    Message.Builder m = attributes.builder(topic, ++read);
    if (attributes.contentType == null) {
      m.contentType(ContentTypes.of(body));
    }
    return Optional.of(m.body(body).build());
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
