package io.postbus.faults.check;

import io.postbus.faults.history.Kind;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

/** Nothing becomes a dead letter but what fails at every attempt. */
final class OnlyBadDie implements Rule {
  @Override
  public String name() {
    return "only bad ones die";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> broken = new ArrayList<>();
    for (Story story : ledger.stories()) {
      for (String group : ledger.groups()) {
        if (story.dead(group) && !story.is(Kind.BAD)) {
          broken.add(story.id() + " is a dead letter of " + group + " without a reason");
        }
      }
    }
    return broken;
  }
}
