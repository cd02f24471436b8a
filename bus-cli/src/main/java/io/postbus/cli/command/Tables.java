package io.postbus.cli.command;

import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import io.postbus.spi.StoreSchema;
import java.util.List;

/** The tables of the configured store, and what is told of them. */
final class Tables {
  private Tables() {}

  static StoreSchema of(Invocation invocation) {
    return invocation
        .configuration()
        .builder()
        .schema()
        .orElseThrow(
            () -> new CommandFailure(ExitCode.NOT_FOUND, "The configured store has no tables."));
  }

  static void show(Invocation invocation, StoreSchema schema) {
    int present = schema.present();
    int needed = schema.needed();
    String state = present == needed ? "current" : present > needed ? "newer" : "to migrate";
    Row row = Row.of("present", present).with("needed", needed).with("state", state);
    invocation.output().rows(List.of(row), "present", "needed", "state");
  }
}
