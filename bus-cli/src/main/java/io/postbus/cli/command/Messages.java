package io.postbus.cli.command;

import io.postbus.DeadLetter;
import io.postbus.cli.output.Row;
import io.postbus.message.Message;
import io.postbus.runtime.json.CloudEventJson;
import io.postbus.spi.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import tools.jackson.databind.node.ObjectNode;

/** How messages are shown. */
final class Messages {
  /** The member beside a dead letter's message, which publishing the line again leaves out. */
  static final String DEAD = "deadletter";

  private static final int BYTES_SHOWN = 64;

  private Messages() {}

  /** Its names and key. */
  static Row row(Message m) {
    return Row.of("id", m.id())
        .with("topic", m.topic())
        .with("type", m.type())
        .with("key", m.key());
  }

  /** All of it but the payload. */
  static Row details(Message m) {
    return row(m)
        .with("time", m.time())
        .with("source", m.source())
        .with("subject", m.subject())
        .with("expiry", m.expiry())
        .with("contentType", m.contentType())
        .with("headers", m.headers());
  }

  /** The payload as text, or as hexadecimal digits where it is none. */
  static String payload(Message m) {
    byte[] payload = m.payload();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException binary) {
      int shown = Math.min(payload.length, BYTES_SHOWN);
      String digits = HexFormat.ofDelimiter(" ").formatHex(payload, 0, shown);
      return "(" + payload.length + " bytes) " + digits + (shown < payload.length ? " …" : "");
    }
  }

  /** A dead letter as a line that {@code publish --jsonl} takes again. */
  static ObjectNode json(DeadLetter letter) {
    Failure failure = letter.failure();
    ObjectNode json = CloudEventJson.write(letter.message());
    json.putObject(DEAD)
        .put("group", letter.group())
        .put("attempts", letter.attempts())
        .put("first", failure.first().toString())
        .put("last", failure.last().toString())
        .put("error", failure.error())
        .put("message", failure.message())
        .put("trace", failure.trace())
        .put("redrives", failure.redrives());
    return json;
  }

  /** A class's name without its package. */
  static String shortName(String error) {
    return error.substring(error.lastIndexOf('.') + 1);
  }
}
