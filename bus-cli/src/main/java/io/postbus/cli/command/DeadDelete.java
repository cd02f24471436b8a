package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetters;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "delete", description = "deletes dead letters for good")
final class DeadDelete implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin DeadSelection selection;
  @Mixin Yes yes;

  DeadDelete(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Bus bus = invocation.open()) {
      DeadLetters letters = bus.deadLetters(selection.group);
      long meant = selection.count(letters);
      long deleted = 0;
      if (meant > 0) {
        invocation.confirm(yes.given, "This deletes " + selection.told(meant));
        deleted = invocation.watch(() -> delete(letters), () -> selection.left(letters));
      }
      invocation.output().details(Row.of("deleted", deleted));
      return ExitCode.OK;
    }
  }

  private long delete(DeadLetters letters) {
    return selection.filters().stream().mapToLong(letters::delete).sum();
  }
}
