package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DelayedMessage;
import io.postbus.Filter;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Listing;
import io.postbus.cli.output.Row;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "ls", description = "the messages that wait, by due time")
final class DelayedLs implements Runnable {
  private final Invocation invocation;

  @Option(names = "--topic", paramLabel = "NAME", description = "of this topic")
  @Nullable String topic;

  @Option(
      names = {"-t", "--type"},
      paramLabel = "NAME",
      description = "of this event type")
  @Nullable String type;

  @Option(names = "--within", paramLabel = "TIME", description = "that are due within this time")
  @Nullable Duration within;

  @Mixin Limit limit;

  DelayedLs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    Filter filter = filter();
    try (Bus bus = invocation.open();
        Listing list =
            invocation.output().list("due", "id", "topic", "type", "key", "to", "kind", "handle")) {
      limit.each(
          invocation,
          (cursor, most) -> bus.delayed().list(filter, cursor, most),
          delayed -> list.row(row(delayed)));
    }
  }

  private Filter filter() {
    Filter f = topic == null ? Filter.all() : Filter.topic(topic);
    f = type == null ? f : f.andType(type);
    return within == null ? f : f.andBetween(Instant.EPOCH, Instant.now().plus(within));
  }

  static Row row(DelayedMessage delayed) {
    return Messages.row(delayed.message())
        .with("due", delayed.due())
        .with("to", delayed.destination().name())
        .with("kind", delayed.kind())
        .with("attempt", delayed.attempt())
        .with("handle", delayed.handle());
  }
}
