package io.postbus.faults.check;

import io.postbus.faults.history.Event;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a group asked for order, the confirmed messages of a publisher and key are begun for the
 * first time in the order in which they were published.
 */
final class OrderByKey implements Rule {
  private record Line(String publisher, String key) {}

  private record First(long number, String id, Instant at) {}

  @Override
  public String name() {
    return "order by key";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> broken = new ArrayList<>();
    for (String group : ledger.ordered()) {
      for (List<First> line : lines(ledger, group).values()) {
        line.sort(Comparator.comparingLong(First::number));
        overtaken(group, line, broken);
      }
    }
    return broken;
  }

  private static Map<Line, List<First>> lines(Ledger ledger, String group) {
    Map<Line, List<First>> lines = new HashMap<>();
    for (Story story : ledger.stories()) {
      Event.Published p = story.published().orElse(null);
      List<Event.Begun> begun = story.begun(group);
      if (p != null && !p.key().isEmpty() && story.confirmed() && !begun.isEmpty()) {
        lines
            .computeIfAbsent(new Line(p.publisher(), p.key()), l -> new ArrayList<>())
            .add(new First(p.number(), story.id(), begun.get(0).at()));
      }
    }
    return lines;
  }

  private static void overtaken(String group, List<First> line, List<String> broken) {
    for (int i = 1; i < line.size(); i++) {
      First before = line.get(i - 1);
      First now = line.get(i);
      if (now.at().isBefore(before.at())) {
        broken.add(group + " began " + now.id() + " before " + before.id() + " of the same key");
      }
    }
  }
}
