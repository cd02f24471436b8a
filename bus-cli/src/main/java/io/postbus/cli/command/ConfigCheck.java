package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import picocli.CommandLine.Command;

@Command(name = "check", description = "every problem of the configuration, with its line")
final class ConfigCheck implements Runnable {
  private final Invocation invocation;

  ConfigCheck(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    invocation.configuration().source().load();
    invocation.say("The configuration is good.");
  }
}
