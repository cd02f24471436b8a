package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DelayedMessage;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "the messages that wait under a reference, with their payload")
final class DelayedShow implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "REFERENCE", description = "a handle or a message's id")
  String reference = "";

  DelayedShow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      List<DelayedMessage> found = bus.delayed().find(reference);
      if (found.isEmpty()) {
        throw CommandFailure.notFound("No message waits under " + reference);
      }
      invocation.output().details(found.stream().map(DelayedShow::details).toList());
    }
  }

  private static Row details(DelayedMessage delayed) {
    return Messages.details(delayed.message())
        .with("payload", Messages.payload(delayed.message()))
        .with("due", delayed.due())
        .with("to", delayed.destination().name())
        .with("kind", delayed.kind())
        .with("attempt", delayed.attempt())
        .with("handle", delayed.handle());
  }
}
