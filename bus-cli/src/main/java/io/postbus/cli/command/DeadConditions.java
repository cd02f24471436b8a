package io.postbus.cli.command;

import io.postbus.Filter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What narrows the dead letters that are meant. */
final class DeadConditions {
  /** No store's clock is that far ahead of ours. */
  private static final Duration CLOCKS_APART = Duration.ofHours(1);

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description = "whose error or its message has this, in any case of letters")
  @Nullable String error;

  @Option(names = "--topic", paramLabel = "NAME", description = "of this topic")
  @Nullable String topic;

  @Option(
      names = {"-t", "--type"},
      paramLabel = "NAME",
      description = "of this event type")
  @Nullable String type;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description = "that failed last within this time")
  @Nullable Duration within;

  boolean none() {
    return error == null && topic == null && type == null && within == null;
  }

  Filter filter() {
    Filter f = error == null ? Filter.all() : Filter.error(error);
    f = topic == null ? f : f.andTopic(topic);
    f = type == null ? f : f.andType(type);
    Instant now = Instant.now();
    return within == null ? f : f.andBetween(now.minus(within), now.plus(CLOCKS_APART));
  }
}
