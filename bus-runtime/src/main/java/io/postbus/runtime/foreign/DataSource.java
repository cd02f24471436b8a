package io.postbus.runtime.foreign;

/**
 * Where the data of a foreign message is.
 *
 * @param path the dotted path inside the JSON payload; empty where it has none
 */
record DataSource(Kind kind, String path) {
  static final DataSource BODY = new DataSource(Kind.BODY, "");
  private static final DataSource FIELDS = new DataSource(Kind.FIELDS, "");

  /** What the data is made of. */
  enum Kind {
    /** The payload as it is. */
    BODY,
    /** The flat fields, made into a JSON object. */
    FIELDS,
    /** A value inside the JSON payload. */
    JSON,
    /** A value inside the JSON payload, from its Base64. */
    JSON_BASE64
  }

  boolean needsJson() {
    return kind != Kind.BODY;
  }

  /** The source of a text, or {@link IllegalArgumentException} that says the form. */
  static DataSource parse(String text) {
    if (text.equals("body")) {
      return BODY;
    }
    if (text.equals("fields")) {
      return FIELDS;
    }
    if (text.startsWith("json:") && text.length() > 5) {
      return new DataSource(Kind.JSON, text.substring(5));
    }
    if (text.startsWith("json-base64:") && text.length() > 12) {
      return new DataSource(Kind.JSON_BASE64, text.substring(12));
    }
    throw new IllegalArgumentException(
        "is \"" + text + "\", must be body, fields, json:PATH or json-base64:PATH");
  }
}
