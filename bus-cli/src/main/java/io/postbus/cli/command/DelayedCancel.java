package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "cancels what waits under a reference: it will not be sent")
final class DelayedCancel implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "REFERENCE", description = "a handle or a message's id")
  String reference = "";

  @Mixin Yes yes;

  DelayedCancel(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      int waiting = bus.delayed().find(reference).size();
      if (waiting > 1) {
        invocation.confirm(yes.given, "This cancels " + waiting + " messages under " + reference);
      }
      DelayedChange.told(invocation, reference, "cancelled", bus.delayed().cancel(reference));
    }
  }
}
