package io.postbus.faults.check;

import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

/** What was confirmed is handled by every group, or dead there if every attempt was to fail. */
final class NothingLost implements Rule {
  @Override
  public String name() {
    return "nothing lost";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> lost = new ArrayList<>();
    for (Story story : ledger.stories()) {
      for (String group : ledger.groups()) {
        if (ledger.owes(story) && !story.over(group)) {
          lost.add(
              story.id() + " was confirmed and not handled by " + group + ": " + far(story, group));
        }
      }
    }
    return lost;
  }

  /** How far it came. */
  private static String far(Story story, String group) {
    int begun = story.begun(group).size();
    boolean waited = story.published().filter(p -> p.kind().waits()).isPresent();
    return waited && begun == 0
        ? "sent " + story.fired().size() + " times, no attempt begun"
        : begun + " attempts begun";
  }
}
