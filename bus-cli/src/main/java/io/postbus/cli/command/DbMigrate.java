package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import io.postbus.spi.StoreSchema;
import picocli.CommandLine.Command;

@Command(name = "migrate", description = "makes the tables, or changes them to what is needed")
final class DbMigrate implements Runnable {
  private final Invocation invocation;

  DbMigrate(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (StoreSchema schema = Tables.of(invocation)) {
      schema.migrate();
      Tables.show(invocation, schema);
    }
  }
}
