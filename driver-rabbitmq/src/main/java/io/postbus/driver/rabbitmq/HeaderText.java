package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.LongString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text of a header of any AMQP type. */
final class HeaderText {
  /** Deeper structures than any writer means are cut, before they overflow the stack. */
  private static final int DEEPEST = 64;

  private static final char REPLACEMENT = '\uFFFD';

  private HeaderText() {}

  /** Null for a header without a value. */
  static @Nullable String of(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Map<?, ?> || value instanceof List<?>) {
      StringBuilder json = new StringBuilder();
      json(json, value, 0);
      return json.toString();
    }
    return scalar(value);
  }

  private static String scalar(Object value) {
    if (value instanceof LongString text) {
      return bytes(text.getBytes());
    } else if (value instanceof byte[] bytes) {
      return bytes(bytes);
    } else if (value instanceof Date moment) {
      return moment.toInstant().toString();
    }
    return value.toString();
  }

  private static String bytes(byte[] bytes) {
    // Lenient and fast; only what it had to replace something in is looked at again.
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : strict(bytes);
  }

  private static String strict(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }

  private static void json(StringBuilder out, @Nullable Object value, int depth) {
    if (value == null || depth > DEEPEST) {
      out.append("null");
    } else if (value instanceof Map<?, ?> map) {
      String between = "{";
      for (Map.Entry<?, ?> e : map.entrySet()) {
        out.append(between);
        quote(out, String.valueOf(e.getKey()));
        out.append(':');
        json(out, e.getValue(), depth + 1);
        between = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> items) {
      String between = "[";
      for (Object item : items) {
        out.append(between);
        json(out, item, depth + 1);
        between = ",";
      }
      out.append(items.isEmpty() ? "[]" : "]");
    } else if (value instanceof Boolean || finite(value)) {
      out.append(value);
    } else {
      quote(out, scalar(value));
    }
  }

  /** JSON knows neither NaN nor infinity. */
  private static boolean finite(Object value) {
    return value instanceof Number n && Double.isFinite(n.doubleValue());
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
