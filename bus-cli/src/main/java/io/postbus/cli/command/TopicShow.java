package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.Invocation;
import io.postbus.cli.config.Merged;
import io.postbus.cli.output.Row;
import io.postbus.spi.Nearest;
import io.postbus.spi.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "a topic: how it is set up, and what its groups want of it")
final class TopicShow implements Runnable {
  private final Invocation invocation;

  @Parameters(paramLabel = "TOPIC", description = "the topic's name")
  String name = "";

  TopicShow(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      Landscape landscape = Landscape.of(invocation, bus);
      if (!landscape.topics().contains(name)) {
        throw unknown(landscape);
      }
      invocation
          .output()
          .details(
              Row.of("topic", name).with("settings", settings()).with("groups", wants(landscape)));
    }
  }

  private Map<String, String> settings() {
    Settings topics = invocation.configuration().source().load().section("topics");
    Map<String, String> all = new TreeMap<>();
    for (Row row : Merged.rows(topics.section(name))) {
      all.put(row.text("setting"), row.text("value"));
    }
    return all;
  }

  /** Each group with the events that it wants. */
  private Map<String, List<String>> wants(Landscape landscape) {
    Map<String, List<String>> all = new TreeMap<>();
    for (String group : TopicLs.groups(landscape, name)) {
      Landscape.Known known = landscape.groups().get(group);
      all.put(group, known == null ? List.of() : known.wanted());
    }
    return all;
  }

  private CommandFailure unknown(Landscape landscape) {
    String nearest = Nearest.to(name, landscape.topics());
    return CommandFailure.notFound(
        "No group and no configuration names the topic "
            + name
            + (nearest == null ? "" : "; did you mean " + nearest + "?"));
  }
}
