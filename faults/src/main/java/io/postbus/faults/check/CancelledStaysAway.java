package io.postbus.faults.check;

import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

/** What the bus has promised not to send is not handled. */
final class CancelledStaysAway implements Rule {
  @Override
  public String name() {
    return "cancelled stays away";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> handled = new ArrayList<>();
    for (Story story : ledger.stories()) {
      if (story.cancelled().isPresent() && !story.groups().isEmpty()) {
        handled.add(story.id() + " was cancelled and handled all the same, by " + story.groups());
      }
    }
    return handled;
  }
}
