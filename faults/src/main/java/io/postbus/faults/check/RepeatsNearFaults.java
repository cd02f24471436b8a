package io.postbus.faults.check;

import io.postbus.faults.history.Event;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The same attempt begins twice only around a fault. */
final class RepeatsNearFaults implements Rule {
  @Override
  public String name() {
    return "repeats near faults";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> broken = new ArrayList<>();
    for (Story story : ledger.stories()) {
      for (String group : story.groups()) {
        for (Event.Begun again : repeats(story, group)) {
          if (!Around.aFault(ledger, again.at())) {
            broken.add(
                "attempt %d of %s began again in %s on %s, and nothing was broken"
                    .formatted(again.attempt(), story.id(), group, again.node()));
          }
        }
      }
    }
    return broken;
  }

  /** The beginnings of attempts that had begun before. */
  static List<Event.Begun> repeats(Story story, String group) {
    Set<Integer> seen = new HashSet<>();
    return story.begun(group).stream().filter(b -> !seen.add(b.attempt())).toList();
  }
}
