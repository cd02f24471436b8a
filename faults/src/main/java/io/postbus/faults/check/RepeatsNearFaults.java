package io.postbus.faults.check;

import io.postbus.faults.history.Event;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

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
        for (Event.Begun again : story.repeats(group)) {
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
}
