package io.postbus.cli.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A time to come: after a while or at a moment. */
final class When {
  @Option(names = "--after", paramLabel = "TIME", description = "after this time, as in 30s")
  @Nullable Duration after;

  @Option(
      names = "--at",
      paramLabel = "MOMENT",
      description = "at this moment, as in 2026-12-01T08:30:00Z")
  @Nullable Instant at;

  Instant instant() {
    return after != null ? Instant.now().plus(after) : Objects.requireNonNull(at);
  }
}
