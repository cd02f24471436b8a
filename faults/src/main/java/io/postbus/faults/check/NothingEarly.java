package io.postbus.faults.check;

import io.postbus.faults.history.Event;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

/** What is delayed is neither sent nor handled before it is due. */
final class NothingEarly implements Rule {
  @Override
  public String name() {
    return "nothing early";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> early = new ArrayList<>();
    for (Story story : ledger.stories()) {
      Event.Published p = story.published().orElse(null);
      if (p == null || !p.kind().waits()) {
        continue;
      }
      for (Event.Fired fired : story.fired()) {
        if (fired.begun().isBefore(p.due())) {
          early.add(story.id() + " was sent at " + fired.begun() + ", due " + p.due());
        }
      }
      for (String group : story.groups()) {
        if (story.begun(group).get(0).at().isBefore(p.due())) {
          early.add(story.id() + " was handled by " + group + " before it was due, " + p.due());
        }
      }
    }
    return early;
  }
}
