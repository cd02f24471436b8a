package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.Invocation;
import io.postbus.cli.command.Landscape.Known;
import io.postbus.spi.Backlog;
import io.postbus.spi.Nearest;
import io.postbus.spi.Order;
import io.postbus.spi.TypeFilter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the group that a command line names. */
final class OneGroup {
  private OneGroup() {}

  /**
   * The group; one that only the broker knows has no topics here.
   *
   * @throws CommandFailure if nobody knows it
   */
  static Known find(Invocation invocation, Bus bus, String name, Backlog backlog) {
    Map<String, Known> groups = Landscape.of(invocation, bus).groups();
    Known known = groups.get(name);
    if (known != null) {
      return known;
    }
    if (!backlog.equals(Backlog.NONE)) {
      return new Known(name, Set.of(), TypeFilter.all(), Order.NONE, Optional.empty());
    }
    String nearest = Nearest.to(name, groups.keySet());
    throw CommandFailure.notFound(
        "There is no group " + name + (nearest == null ? "" : "; did you mean " + nearest + "?"));
  }
}
