package io.postbus.cli.command;

import io.postbus.DelayedMessages.Outcome;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;

/** Tells what became of a request about waiting messages. */
final class DelayedChange {
  private DelayedChange() {}

  /**
   * Tells that it is done.
   *
   * @throws CommandFailure if it is not
   */
  static void told(Invocation invocation, String reference, String done, Outcome outcome) {
    switch (outcome) {
      case DONE -> invocation.output().details(Row.of("reference", reference).with("done", done));
      case TOO_LATE ->
          throw new CommandFailure(
              ExitCode.FAILURE, "Too late: " + reference + " is being sent or has been");
      case NOT_FOUND -> throw CommandFailure.notFound("No message waits under " + reference);
    }
  }
}
