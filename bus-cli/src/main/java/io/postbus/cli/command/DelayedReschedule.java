package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "reschedule", description = "moves what waits under a reference to another time")
final class DelayedReschedule implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "REFERENCE", description = "a handle or a message's id")
  String reference = "";

  @ArgGroup(exclusive = true, multiplicity = "1")
  When when;

  DelayedReschedule(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      DelayedChange.told(
          invocation,
          reference,
          "rescheduled",
          bus.delayed().reschedule(reference, when.instant()));
    }
  }
}
