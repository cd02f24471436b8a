package io.postbus.cli.command;

import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.cli.CommandFailure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How messages are published. */
final class Delivering {
  @Option(names = "--after", paramLabel = "TIME", description = "sent after this time, as in 30s")
  @Nullable Duration after;

  @Option(
      names = "--at",
      paramLabel = "MOMENT",
      description = "sent at this moment, as in 2026-12-01T08:30:00Z")
  @Nullable Instant at;

  @Option(
      names = "--handle",
      paramLabel = "NAME",
      description = "the name by which a delayed message is cancelled or moved")
  @Nullable String handle;

  @Option(names = "--ttl", paramLabel = "TIME", description = "dropped instead of handled after it")
  @Nullable Duration ttl;

  @Option(names = "--to-group", paramLabel = "GROUP", description = "to this group alone")
  @Nullable String group;

  @Option(names = "--rapid", description = "do not wait for the broker's confirmation")
  boolean rapid;

  PublishOptions options() {
    try {
      PublishOptions o = rapid ? Publish.rapid() : Publish.confirmed();
      o = after == null ? o : o.after(after);
      o = at == null ? o : at(o, at);
      o = handle == null ? o : o.handle(handle);
      o = ttl == null ? o : o.timeToLive(ttl);
      return group == null ? o : o.toGroup(group);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static PublishOptions at(PublishOptions o, Instant moment) {
    if (o.delay() != null) {
      throw CommandFailure.usage("Name --after or --at, not both");
    }
    return o.at(moment);
  }
}
