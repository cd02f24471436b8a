package io.postbus.runtime.foreign;

import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A payload read as JSON when somebody asks for it, once. One thread. */
final class JsonBody {
  /** Apart, so that mappings without JSON work where Jackson is absent. */
  private static final class Jackson {
    static final JsonMapper MAPPER = JsonMapper.builder().build();
  }

  private final byte[] payload;
  private @Nullable JsonNode root;

  JsonBody(byte[] payload) {
    this.payload = payload;
  }

  /**
   * The value as text: a string's own characters, anything else as JSON; null if absent or null.
   */
  @Nullable String text(String path) {
    JsonNode node = node(path);
    if (node == null) {
      return null;
    }
    return node.isString() ? node.stringValue() : node.toString();
  }

  /** The value as bytes, from its Base64. */
  byte @Nullable [] base64(String path) {
    String text = text(path);
    try {
      return text == null ? null : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ForeignException("The value at " + path + " is not Base64", e);
    }
  }

  private @Nullable JsonNode node(String path) {
    JsonNode node = root();
    for (String key : path.split("\\.", -1)) {
      node = node.get(key);
      if (node == null || node.isNull()) {
        return null;
      }
    }
    return node;
  }

  private JsonNode root() {
    if (root == null) {
      try {
        root = Jackson.MAPPER.readTree(payload);
      } catch (JacksonException e) {
        throw new ForeignException("The payload is not JSON: " + e.getOriginalMessage(), e);
      }
      if (!root.isObject()) {
        throw new ForeignException("The payload is not a JSON object", null);
      }
    }
    return root;
  }

  /** An object of text values. */
  static byte[] object(Map<String, String> values) {
    return Jackson.MAPPER.writeValueAsBytes(values);
  }
}
