package io.postbus.faults.check;

import io.postbus.faults.history.Ending;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.ArrayList;
import java.util.List;

/** What is handled was published, and its publisher was not told that it certainly failed. */
final class NothingInvented implements Rule {
  @Override
  public String name() {
    return "nothing invented";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> invented = new ArrayList<>();
    for (Story story : ledger.stories()) {
      boolean began = !story.groups().isEmpty();
      if (began && story.published().isEmpty()) {
        invented.add(story.id() + " was handled and never published");
      } else if (began && story.ending() == Ending.FAILED) {
        invented.add(story.id() + " was handled, though publishing it had certainly failed");
      }
    }
    return invented;
  }
}
