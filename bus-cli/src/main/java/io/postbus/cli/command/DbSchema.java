package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import io.postbus.spi.StoreSchema;
import picocli.CommandLine.Command;

@Command(
    name = "schema",
    description = "prints the statements that make all tables, for a person to run")
final class DbSchema implements Runnable {
  private final Invocation invocation;

  DbSchema(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (StoreSchema schema = Tables.of(invocation)) {
      invocation.cli().out().print(schema.script());
    }
  }
}
