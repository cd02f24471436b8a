package io.postbus.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them. */
public final class Quantities {
  private static final Pattern PART = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([kmg]i?b|b)?");

  private Quantities() {}

  /**
   * A duration of zero or more: {@code 250ms}, {@code 30s}, {@code 1h30m}, {@code 7d}, ISO 8601.
   *
   * @throws IllegalArgumentException that says the form
   */
  public static Duration duration(String text) {
    String s = text.trim();
    if (s.startsWith("P") || s.startsWith("p")) {
      return iso(s);
    }
    Matcher part = PART.matcher(s);
    Duration sum = Duration.ZERO;
    int at = 0;
    while (at < s.length() && part.find(at) && part.start() == at) {
      sum = sum.plus(unit(Long.parseLong(part.group(1)), part.group(2)));
      at = part.end();
    }
    if (at == 0 || at < s.length()) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be a duration like 250ms, 30s, 5m, 1h30m, 7d or PT5M");
    }
    return sum;
  }

  /** The same, from {@code min} to {@code max}, both allowed. */
  public static Duration duration(String text, Duration min, Duration max) {
    Duration d = duration(text);
    if (d.compareTo(min) < 0 || d.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          "is %s, must be from %s to %s".formatted(text, write(min), write(max)));
    }
    return d;
  }

  /** The short form of a duration: {@code 1h30m}; to the millisecond. */
  public static String write(Duration d) {
    if (d.isZero()) {
      return "0s";
    }
    StringBuilder out = new StringBuilder();
    part(out, d.toDays(), "d");
    part(out, d.toHoursPart(), "h");
    part(out, d.toMinutesPart(), "m");
    part(out, d.toSecondsPart(), "s");
    part(out, d.toMillisPart(), "ms");
    return out.isEmpty() ? d.toString() : out.toString();
  }

  /**
   * A number of bytes: {@code 512}, {@code 16MB}, {@code 64KiB}.
   *
   * @throws IllegalArgumentException that says the form
   */
  public static long size(String text) {
    Matcher m = SIZE.matcher(text.trim().toLowerCase(Locale.ROOT));
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be a size like 512, 64KiB or 16MB");
    }
    long n = Long.parseLong(m.group(1));
    String unit = m.group(2) == null ? "b" : m.group(2);
    long step = unit.length() == 3 ? 1024 : 1000;
    return switch (unit.charAt(0)) {
      case 'k' -> n * step;
      case 'm' -> n * step * step;
      case 'g' -> n * step * step * step;
      default -> n;
    };
  }

  private static Duration unit(long n, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofDays(n);
    };
  }

  private static Duration iso(String s) {
    try {
      Duration d = Duration.parse(s);
      if (!d.isNegative()) {
        return d;
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is \"" + s + "\", not an ISO 8601 duration", e);
    }
    throw new IllegalArgumentException("is \"" + s + "\", must not be negative");
  }

  private static void part(StringBuilder out, long n, String unit) {
    if (n > 0) {
      out.append(n).append(unit);
    }
  }
}
