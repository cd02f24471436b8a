package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetters;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "delete", description = "deletes dead letters for good")
final class DeadDelete implements Runnable {
  private final Invocation invocation;

  @Mixin DeadSelection selection;
  @Mixin Yes yes;

  DeadDelete(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      DeadLetters letters = bus.deadLetters(selection.group);
      long meant = selection.count(letters);
      long deleted = 0;
      if (meant > 0) {
        invocation.confirm(yes.given, "This deletes " + selection.told(meant));
        deleted = selection.filters().stream().mapToLong(letters::delete).sum();
      }
      invocation.output().details(Row.of("deleted", deleted));
    }
  }
}
