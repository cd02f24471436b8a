package io.postbus.benchmarks;

import java.util.Locale;

/**
 * One measured figure.
 *
 * @param contestant whose it is
 * @param unit of the value, as in {@code /s} or {@code ms}
 */
record Figure(String name, String contestant, double value, String unit) {
  /** One line of JSON. */
  String json() {
    return String.format(
        Locale.ROOT,
        "{\"case\":\"%s\",\"contestant\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}",
        name,
        contestant,
        value,
        unit);
  }
}
