package io.postbus.message;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What names may look like. A driver may refuse more (Kafka takes only letters, digits, dot,
 * underscore and hyphen); none may refuse {@code [A-Za-z0-9._-]{1,200}}.
 */
public final class Names {
  /** AMQP's short string: the tightest limit among the brokers for types and header names. */
  private static final int SHORT_STRING = 255;

  private static final int NAME = 200;

  /**
   * Names that were found good a moment ago, each at a place that its hash tells: messages have the
   * same few, and to look at a name's characters took as long as to make an id. Whoever reads here
   * sees a whole name or none, so nobody waits.
   */
  private static final @Nullable String[] GOOD = new String[256];

  private Names() {}

  /**
   * Returns the topic's name, or throws {@link IllegalArgumentException} that says what is wrong.
   */
  public static String topic(String name) {
    return plain("topic", name, NAME);
  }

  /** Returns the group's name, or throws {@link IllegalArgumentException}. */
  public static String group(String name) {
    return plain("group", name, NAME);
  }

  /**
   * Returns the type, or throws {@link IllegalArgumentException}. {@code *} and {@code #} are for
   * filters.
   */
  public static String type(String name) {
    return plain("type", name, SHORT_STRING);
  }

  /** Returns the message id, or throws {@link IllegalArgumentException}: 1 to 255 bytes. */
  public static String id(String id) {
    return bounded("id", id, SHORT_STRING);
  }

  /** Whether {@link #id(String)} would take it. */
  public static boolean isId(String id) {
    return !id.isEmpty() && fits(id, SHORT_STRING);
  }

  /** Returns the header's name, or throws {@link IllegalArgumentException}: 1 to 255 bytes. */
  public static String header(String name) {
    return bounded("header", name, SHORT_STRING);
  }

  private static String plain(String what, String name, int limit) {
    int place = name.hashCode() & (GOOD.length - 1);
    if (name.equals(GOOD[place])) {
      return name;
    }
    bounded(what, name, limit);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c == 0x7F || c == '*' || c == '#') {
        throw new IllegalArgumentException(
            "The %s \"%s\" has %s at position %d; white space, control characters, * and # are refused"
                .formatted(what, name, c <= ' ' || c == 0x7F ? "character " + (int) c : c, i));
      }
    }
    if (fits(name, NAME)) {
      GOOD[place] = name;
    }
    return name;
  }

  private static String bounded(String what, String name, int limit) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("The " + what + " is empty");
    }
    if (!fits(name, limit)) {
      throw new IllegalArgumentException(
          "The %s \"%.40s…\" is longer than %d bytes".formatted(what, name, limit));
    }
    return name;
  }

  private static boolean fits(String name, int limit) {
    // A char is at most three bytes of UTF-8, so most names need no encoding to be judged.
    return name.length() * 3 <= limit || name.getBytes(StandardCharsets.UTF_8).length <= limit;
  }
}
