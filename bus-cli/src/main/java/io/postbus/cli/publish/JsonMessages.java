package io.postbus.cli.publish;

import io.postbus.message.Message;
import io.postbus.runtime.json.CloudEventJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A whole message a line, as subscribing with {@code -o jsonl} and the export of dead letters write
 * it. What a line does not say, the command line does. Empty lines are passed over.
 */
public final class JsonMessages implements Drafts {
  private final Attributes attributes;
  private final @Nullable String topic;
  private final BufferedReader lines;
  private final String notOfTheMessage;
  private long read;

  /**
   * Messages of these lines.
   *
   * @param notOfTheMessage a member that is left out
   */
  public JsonMessages(
      Attributes attributes, @Nullable String topic, BufferedReader lines, String notOfTheMessage) {
    this.attributes = attributes;
    this.topic = topic;
    this.lines = lines;
    this.notOfTheMessage = notOfTheMessage;
  }

  @Override
  public Optional<Message> next() throws IOException {
    String line;
    do {
      line = lines.readLine();
      read++;
    } while (line != null && line.isBlank());
    return line == null ? Optional.empty() : Optional.of(message(line));
  }

  private Message message(String line) {
    try {
      ObjectNode json = CloudEventJson.object(line);
      json.remove(notOfTheMessage);
      Message m = CloudEventJson.read(CloudEventJson.line(json), attributes.builder(topic, read));
      if (m.topic().isEmpty() || m.type().isEmpty()) {
        String missing = m.topic().isEmpty() ? "topic" : "type";
        throw new IllegalArgumentException("has no " + missing + ", nor has the command line");
      }
      return m;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + read + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
