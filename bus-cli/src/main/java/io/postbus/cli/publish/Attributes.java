package io.postbus.cli.publish;

import io.postbus.cli.CommandFailure;
import io.postbus.message.Message;
import io.postbus.message.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line says of each message, apart from its topic and body. */
public final class Attributes {
  @Option(
      names = {"-t", "--type"},
      paramLabel = "NAME",
      description = "the event's name")
  @Nullable String type;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "KEY",
      description = "messages of one key keep their order")
  @Nullable String key;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME=VALUE",
      description = "a header; repeatable")
  Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "the body's media type (default: JSON, text or bytes, as it looks)")
  @Nullable String contentType;

  @Option(names = "--id", paramLabel = "ID", description = "the message's id (default: a new one)")
  @Nullable String id;

  @Option(names = "--source", paramLabel = "NAME", description = "who publishes")
  @Nullable String source;

  @Option(names = "--subject", paramLabel = "TEXT", description = "what the event is about")
  @Nullable String subject;

  /**
   * For messages that have no type of their own.
   *
   * @throws CommandFailure if there is none
   */
  public void requireType() {
    if (type == null) {
      throw CommandFailure.usage("Name the event with --type, as in --type IncomeEarned");
    }
  }

  /**
   * A message with these attributes.
   *
   * @param n its number, which stands for {@code {n}} in the key and the id
   */
  Message.Builder builder(@Nullable String topic, long n) {
    try {
      Message.Builder m = Message.received("", "");
      m.topic(topic == null ? "" : Names.topic(topic));
      m.type(type == null ? "" : Names.type(type));
      m.key(Numbered.text(key, n)).id(Numbered.text(id, n));
      m.contentType(contentType).source(source).subject(subject);
      return m.headers(headers);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }
}
