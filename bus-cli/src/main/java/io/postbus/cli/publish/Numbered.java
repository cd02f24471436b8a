package io.postbus.cli.publish;

import org.jspecify.annotations.Nullable;

/** Text with the number of its message in it. */
final class Numbered {
  private static final String NUMBER = "{n}";

  private Numbered() {}

  static @Nullable String text(@Nullable String template, long n) {
    return template == null ? null : template.replace(NUMBER, Long.toString(n));
  }
}
