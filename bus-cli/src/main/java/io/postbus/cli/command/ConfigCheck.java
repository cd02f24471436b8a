package io.postbus.cli.command;

import io.postbus.ModuleHandler;
import io.postbus.cli.Invocation;
import io.postbus.cli.config.Configuration;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.runtime.config.ModuleSettings.HandlerKind;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Problem;
import java.util.ArrayList;
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
    Configuration configuration = invocation.configuration();
    List<Problem> warnings = configuration.builder().check();
    List<Problem> missing = new ArrayList<>();
    ModuleSettings.read(configuration.source().load())
        .values()
        .forEach(module -> handler(module, missing));
    if (!missing.isEmpty()) {
      throw new ConfigurationException(missing);
    }
    warnings.forEach(odd -> invocation.say("Odd: " + odd));
    invocation.say("The configuration is good.");
  }

  /** Whether the class is there; what it thinks of its settings it says when it is started. */
  private static void handler(ModuleSettings module, List<Problem> problems) {
    if (module.handler() instanceof HandlerKind.OfClass named) {
      String place = "modules." + module.name() + ".handler";
      try {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (!ModuleHandler.class.isAssignableFrom(
            Class.forName(named.className(), false, loader))) {
          problems.add(new Problem(place, named.className() + " is no ModuleHandler"));
        }
      } catch (ClassNotFoundException | LinkageError e) {
        problems.add(
            new Problem(
                place, named.className() + " is not on the class path; put its jar into lib/ext"));
      }
    }
  }
}
