package io.postbus.runtime.module;

import java.nio.charset.StandardCharsets;

/** Text in HTTP headers, as the CloudEvents HTTP binding (3.1.3.2) encodes it. */
final class PercentText {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private PercentText() {}

  /** Printable ASCII as it is, but for space, quote and percent; the rest as UTF-8 in %XX. */
  static String encode(String value) {
    StringBuilder out = null;
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      boolean plain = b > ' ' && b < 0x7F && b != '"' && b != '%';
      if (!plain && out == null) {
        out = new StringBuilder(new String(bytes, 0, i, StandardCharsets.US_ASCII));
      }
      if (out != null) {
        out.append(plain ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xFF));
      }
    }
    return out == null ? value : out.toString();
  }

  /** Whether it may stand in a header unencoded: printable ASCII. */
  static boolean isPlain(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }

  /** Whether a header may be named so (RFC 9110, 5.6.2). */
  static boolean isToken(String name) {
    return !name.isEmpty()
        && name.chars()
            .allMatch(
                c ->
                    (c >= '0' && c <= '9')
                        || (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || TOKEN_MARKS.indexOf(c) >= 0);
  }
}
