package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import io.postbus.spi.Backlog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "purge", description = "drops what a group has not been handed yet")
final class GroupPurge implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "GROUP", description = "the group's name")
  String name = "";

  @Mixin Yes yes;

  GroupPurge(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      Backlog backlog = bus.groups().backlog(name);
      OneGroup.find(invocation, bus, name, backlog);
      String what = "This drops " + messages(backlog) + " of the group " + name;
      invocation.confirm(yes.given, what);
      invocation.output().details(Row.of("dropped", bus.groups().purge(name)));
    }
  }

  static String messages(Backlog backlog) {
    return backlog.ready() == 1 ? "1 waiting message" : backlog.ready() + " waiting messages";
  }
}
