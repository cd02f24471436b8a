package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import io.postbus.spi.Lease;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "the locks that are held, by whom and until when")
final class LockLs implements Runnable {
  private final Invocation invocation;

  LockLs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      List<Row> rows = bus.locks().list().stream().map(LockLs::row).toList();
      invocation.output().rows(rows, "lock", "owner", "epoch", "until");
    }
  }

  private static Row row(Lease lease) {
    return Row.of("lock", lease.name())
        .with("owner", lease.owner())
        .with("epoch", lease.epoch())
        .with("until", lease.until());
  }
}
