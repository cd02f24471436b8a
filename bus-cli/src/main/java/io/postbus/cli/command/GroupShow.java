package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.cli.Invocation;
import io.postbus.spi.Backlog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "a group: its topics, what it has before it, what it gave up")
final class GroupShow implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "GROUP", description = "the group's name")
  String name = "";

  GroupShow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      Backlog backlog = bus.groups().backlog(name);
      Landscape.Known group = OneGroup.find(invocation, bus, name, backlog);
      invocation
          .output()
          .details(
              GroupLs.row(group, backlog)
                  .with("order", group.order())
                  .with("since", group.since())
                  .with("dead", bus.deadLetters(name).count(Filter.all())));
    }
  }
}
