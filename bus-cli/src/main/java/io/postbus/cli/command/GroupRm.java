package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import io.postbus.spi.Backlog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "rm",
    description = "removes a group with all that it has not handled; its dead letters stay")
final class GroupRm implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "GROUP", description = "the group's name")
  String name = "";

  @Mixin Yes yes;

  GroupRm(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      Backlog backlog = bus.groups().backlog(name);
      OneGroup.find(invocation, bus, name, backlog);
      String what = "This removes the group %s and its %s".formatted(name, contents(backlog));
      invocation.confirm(yes.given, what);
      boolean registered = bus.groups().remove(name);
      invocation.output().details(Row.of("removed", name).with("registered", registered));
    }
  }

  private static String contents(Backlog backlog) {
    String members =
        backlog.members().isPresent()
            ? ", which " + backlog.members().getAsInt() + " processes have joined"
            : "";
    return GroupPurge.messages(backlog) + members;
  }
}
