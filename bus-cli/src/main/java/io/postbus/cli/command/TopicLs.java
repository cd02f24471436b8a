package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Listing;
import io.postbus.cli.output.Row;
import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "ls", description = "all topics with their groups")
final class TopicLs implements Runnable {
  private final Invocation invocation;

  TopicLs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open();
        Listing list = invocation.output().list("topic", "groups")) {
      Landscape landscape = Landscape.of(invocation, bus);
      for (String topic : landscape.topics()) {
        list.row(Row.of("topic", topic).with("groups", groups(landscape, topic)));
      }
    }
  }

  static List<String> groups(Landscape landscape, String topic) {
    return landscape.groups().values().stream()
        .filter(group -> group.topics().contains(topic))
        .map(Landscape.Known::name)
        .toList();
  }
}
