package io.postbus.cli.publish;

import io.postbus.cli.output.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;

/** What a body looks like. */
final class ContentTypes {
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  static final String BYTES = "application/octet-stream";

  private ContentTypes() {}

  static String of(byte[] body) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException binary) {
      return BYTES;
    }
    return isJson(text.strip()) ? JSON : TEXT;
  }

  /** Numbers and words are text: people who type 5 mean the text. */
  private static boolean isJson(String text) {
    if (!text.startsWith("{") && !text.startsWith("[")) {
      return false;
    }
    try {
      Json.mapper().readTree(text);
      return true;
    } catch (JacksonException e) {
      return false;
    }
  }
}
