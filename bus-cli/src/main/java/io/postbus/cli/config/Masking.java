package io.postbus.cli.config;

import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Shows a setting without what is secret in it. Only the reader of a setting knows for sure which
 * are, so this errs on the side of silence.
 */
final class Masking {
  private static final String MASK = "****";
  private static final Pattern KEY =
      Pattern.compile("passw|secret|token|credential|passphrase|private|(^|[-_])(key|pass|pwd)$");

  /** Keys of our own that sound like it and are not. */
  private static final Set<String> PLAIN = Set.of("partition-key");

  private static final Pattern USER = Pattern.compile("(://[^:/@?#]*:)[^@/?#]*@");
  private static final Pattern PARAMETER =
      Pattern.compile("(?i)([?&;][^=&;]*(?:passw|pwd|secret|token|key)[^=&;]*=)[^&;]*");

  private Masking() {}

  static Object mask(String path, Object value) {
    if (value instanceof Supplier) {
      return MASK + " (from a file)";
    }
    String key = path.substring(path.lastIndexOf('.') + 1).toLowerCase(java.util.Locale.ROOT);
    if (KEY.matcher(key).find() && !PLAIN.contains(key)) {
      return MASK;
    }
    return value instanceof CharSequence text ? maskText(text.toString()) : value;
  }

  private static String maskText(String text) {
    String user = USER.matcher(text).replaceAll("$1" + MASK + "@");
    return PARAMETER.matcher(user).replaceAll("$1" + MASK);
  }
}
