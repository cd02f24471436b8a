package io.postbus.benchmarks;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * One run of a case by one contestant.
 *
 * @param name of its own, for topics and groups; the same for each run with the same client
 * @param run tells runs apart
 * @param messages how many
 * @param size of a payload in bytes
 * @param limit after which what has not come is lost
 * @param figures takes what was measured, by the figure's name and unit, as {@code publish|/s}
 */
record Work(
    String name,
    int run,
    int messages,
    int size,
    Duration limit,
    BiConsumer<String, Double> figures) {
  void figure(String figure, String unit, double value) {
    figures.accept(figure + "|" + unit, value);
  }

  /** The client's and the brokers' processor time a message since a moment. */
  void processor(String part, Processor since) {
    Processor used = Processor.now().since(since);
    figure(part + ": client's CPU", "µs", used.ownMicros() / messages);
    figure(part + ": broker's CPU", "µs", used.serverMicros() / messages);
  }

  /** The same work with other messages. */
  Work with(int otherRun, int otherMessages) {
    return new Work(name, otherRun, otherMessages, size, limit, figures);
  }

  byte[] body(int number) {
    return Payload.of(run, number, size);
  }
}
