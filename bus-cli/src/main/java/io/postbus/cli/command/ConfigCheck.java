package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import io.postbus.spi.Problem;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "check", description = "every problem of the configuration, with its line")
final class ConfigCheck implements Runnable {
  private final Invocation invocation;

  ConfigCheck(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    List<Problem> warnings = invocation.configuration().builder().check();
    warnings.forEach(odd -> invocation.say("Odd: " + odd));
    invocation.say("The configuration is good.");
  }
}
