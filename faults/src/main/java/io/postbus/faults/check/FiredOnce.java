package io.postbus.faults.check;

import io.postbus.faults.history.Event;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

/**
 * What waited is sent by one node, once; a second time only where a fault kept the first from being
 * noted.
 */
final class FiredOnce implements Rule {
  @Override
  public String name() {
    return "fired once";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> broken = new ArrayList<>();
    for (Story story : ledger.stories()) {
      List<Event.Fired> fired = story.fired();
      for (int i = 1; i < fired.size(); i++) {
        Event.Fired again = fired.get(i);
        if (!Around.aFault(ledger, again.begun())) {
          String nodes = fired.get(i - 1).node() + " and " + again.node();
          broken.add(story.id() + " was fired twice, by " + nodes + ", and nothing was broken");
        }
      }
    }
    return broken;
  }
}
