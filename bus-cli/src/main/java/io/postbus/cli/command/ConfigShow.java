package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import io.postbus.cli.config.Merged;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "every setting with its origin: code over properties over environment over file")
final class ConfigShow implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..1",
      description = "only settings whose path begins with this")
  String prefix = "";

  ConfigShow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Settings root = invocation.configuration().source().load();
    List<io.postbus.cli.output.Row> rows =
        Merged.rows(root).stream().filter(row -> row.text("setting").startsWith(prefix)).toList();
    invocation.output().rows(rows, "setting", "value", "origin");
    if (!root.problems().isEmpty()) {
      throw new ConfigurationException(root.problems());
    }
    return 0;
  }
}
