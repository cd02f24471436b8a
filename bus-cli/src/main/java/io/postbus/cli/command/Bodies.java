package io.postbus.cli.command;

import io.postbus.cli.CommandFailure;
import io.postbus.cli.publish.Attributes;
import io.postbus.cli.publish.Copies;
import io.postbus.cli.publish.Drafts;
import io.postbus.cli.publish.JsonMessages;
import io.postbus.cli.publish.TextLines;
import io.postbus.message.Names;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the messages that are published come from. */
final class Bodies {
  private static final String STDIN = "-";

  @Parameters(index = "0", arity = "0..1", paramLabel = "TOPIC", description = "the topic")
  @Nullable String topic;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "BODY",
      description = "the body: text, @FILE, or - for stdin; empty if there is none")
  @Nullable String body;

  @Option(
      names = "--lines",
      paramLabel = "FILE",
      description = "a body a line of the file, or of -")
  @Nullable String lines;

  @Option(
      names = "--jsonl",
      paramLabel = "FILE",
      description = "a whole message a line of the file, or of -: CloudEvents JSON, with a topic")
  @Nullable String jsonl;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "so many times; {n} in body, key and id is then the number, from 1")
  long count = 1;

  /** Whether there is one message only. */
  boolean one() {
    return count == 1 && lines == null && jsonl == null;
  }

  /**
   * The messages.
   *
   * @throws CommandFailure if the command line contradicts itself, or names no file
   */
  Drafts drafts(Attributes attributes, InputStream stdin) throws IOException {
    int sources = (body == null ? 0 : 1) + (lines == null ? 0 : 1) + (jsonl == null ? 0 : 1);
    if (sources > 1) {
      throw CommandFailure.usage("Name one of BODY, --lines and --jsonl");
    }
    if (count != 1 && (lines != null || jsonl != null || count < 0)) {
      throw CommandFailure.usage("--count repeats one body, at least once");
    }
    if (jsonl != null) {
      return new JsonMessages(attributes, topic, reader(jsonl, stdin), Messages.DEAD);
    }
    String named = topic();
    attributes.requireType();
    return lines != null
        ? new TextLines(attributes, named, reader(lines, stdin))
        : new Copies(attributes, named, bytes(stdin), count);
  }

  private String topic() {
    if (topic == null) {
      throw CommandFailure.usage("Name the topic: postbus publish TOPIC --type NAME [BODY]");
    }
    try {
      return Names.topic(topic);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private byte[] bytes(InputStream stdin) throws IOException {
    if (body == null) {
      return new byte[0];
    }
    if (body.equals(STDIN)) {
      return stdin.readAllBytes();
    }
    if (!body.startsWith("@")) {
      return body.getBytes(StandardCharsets.UTF_8);
    }
    // Two of them stand for one that is text.
    return body.startsWith("@@")
        ? body.substring(1).getBytes(StandardCharsets.UTF_8)
        : file(body.substring(1)).readAllBytes();
  }

  private static BufferedReader reader(String name, InputStream stdin) throws IOException {
    InputStream in = name.equals(STDIN) ? stdin : file(name);
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private static InputStream file(String name) throws IOException {
    try {
      return Files.newInputStream(Path.of(name));
    } catch (NoSuchFileException e) {
      throw CommandFailure.usage("There is no file " + name);
    }
  }
}
