package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import io.postbus.spi.StoreSchema;
import picocli.CommandLine.Command;

@Command(name = "status", description = "which version of the tables is there, and which is needed")
final class DbStatus implements Runnable {
  private final Invocation invocation;

  DbStatus(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (StoreSchema schema = Tables.of(invocation)) {
      Tables.show(invocation, schema);
    }
  }
}
