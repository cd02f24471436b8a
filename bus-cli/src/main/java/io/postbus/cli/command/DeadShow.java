package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetter;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "a dead letter with its payload and its failure")
final class DeadShow implements Runnable {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "GROUP", description = "the group that gave up on it")
  String group = "";

  @Parameters(index = "1", paramLabel = "ID", description = "the message's id")
  String id = "";

  DeadShow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      DeadLetter letter =
          bus.deadLetters(group)
              .find(id)
              .orElseThrow(
                  () ->
                      CommandFailure.notFound(
                          "The group " + group + " has no dead letter of the message " + id));
      invocation.output().details(details(letter));
    }
  }

  private static Row details(DeadLetter letter) {
    return Messages.details(letter.message())
        .with("payload", Messages.payload(letter.message()))
        .with("group", letter.group())
        .with("attempts", letter.attempts())
        .with("firstFailure", letter.failure().first())
        .with("lastFailure", letter.failure().last())
        .with("redrives", letter.failure().redrives())
        .with("error", letter.failure().error())
        .with("message", letter.failure().message())
        .with("trace", letter.failure().trace())
        .document(Messages.json(letter));
  }
}
