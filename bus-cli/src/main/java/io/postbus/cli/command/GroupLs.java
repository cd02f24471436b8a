package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Listing;
import io.postbus.cli.output.Row;
import io.postbus.spi.Backlog;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "all groups with what each has before it")
final class GroupLs implements Runnable {
  private final Invocation invocation;

  GroupLs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open();
        Listing list =
            invocation
                .output()
                .list("group", "topics", "events", "ready", "unsettled", "members")) {
      for (Landscape.Known group : Landscape.of(invocation, bus).groups().values()) {
        list.row(row(group, bus.groups().backlog(group.name())));
      }
    }
  }

  static Row row(Landscape.Known group, Backlog backlog) {
    return Row.of("group", group.name())
        .with("topics", group.topics())
        .with("events", group.wanted())
        .with("ready", backlog.ready())
        .with("unsettled", backlog.unsettled())
        .with("members", backlog.members());
  }
}
