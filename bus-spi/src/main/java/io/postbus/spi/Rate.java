package io.postbus.spi;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** So many in a time: {@code 500/s}, {@code 100/m}, {@code 10/h}. */
public record Rate(int permits, Duration per) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*/\\s*(s|m|h)");

  public Rate {
    if (permits < 1 || per.isNegative() || per.isZero()) {
      throw new IllegalArgumentException("must be at least 1 in a time above zero");
    }
  }

  public static Rate perSecond(int permits) {
    return new Rate(permits, Duration.ofSeconds(1));
  }

  /** The rate of a text, or {@link IllegalArgumentException} that says the form. */
  public static Rate parse(String text) {
    Matcher m = FORM.matcher(text.trim());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "is \"" + text + "\", must be a rate like 500/s, 100/m or 10/h");
    }
    Duration per =
        switch (m.group(2)) {
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          default -> Duration.ofHours(1);
        };
    return new Rate(Integer.parseInt(m.group(1)), per);
  }

  /** The time between two at this rate. */
  public Duration interval() {
    return per.dividedBy(permits);
  }
}
