package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "send-now", description = "sends what waits under a reference at once")
final class DelayedSendNow implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "REFERENCE", description = "a handle or a message's id")
  String reference = "";

  DelayedSendNow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      DelayedChange.told(invocation, reference, "due now", bus.delayed().sendNow(reference));
    }
  }
}
