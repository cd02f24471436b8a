package io.postbus.benchmarks;

import java.util.function.ObjDoubleConsumer;

/**
 * One run of a case by one contestant.
 *
 * @param name of its own, for topics and groups; the same for each run with the same client
 * @param run tells runs apart
 * @param messages how many
 * @param size of a payload in bytes
 * @param figures takes what was measured, by the figure's name and unit, as {@code publish|/s}
 */
record Work(String name, int run, int messages, int size, ObjDoubleConsumer<String> figures) {
  void figure(String figure, String unit, double value) {
    figures.accept(figure + "|" + unit, value);
  }

  byte[] body(int number) {
    return Payload.of(run, number, size);
  }
}
