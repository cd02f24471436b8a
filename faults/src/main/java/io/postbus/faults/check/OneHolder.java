package io.postbus.faults.check;

import io.postbus.faults.history.Hold;
import io.postbus.faults.history.Ledger;
import java.util.ArrayList;
import java.util.List;

/**
 * No two nodes hold a lock in one epoch, epochs grow, and while one node is certain to hold it no
 * other is.
 */
final class OneHolder implements Rule {
  @Override
  public String name() {
    return "one holder";
  }

  @Override
  public List<String> broken(Ledger ledger) {
    List<String> broken = new ArrayList<>();
    List<Hold> holds = List.copyOf(ledger.holds());
    for (int i = 0; i < holds.size(); i++) {
      for (int j = i + 1; j < holds.size(); j++) {
        Hold a = holds.get(i);
        Hold b = holds.get(j);
        if (a.lock().equals(b.lock())) {
          compare(a, b, broken);
        }
      }
    }
    return broken;
  }

  private static void compare(Hold a, Hold b, List<String> broken) {
    boolean inOrder = !a.from().isAfter(b.from());
    Hold first = inOrder ? a : b;
    Hold second = inOrder ? b : a;
    String both = "%s: %s and %s".formatted(a.lock(), told(first), told(second));
    if (first.epoch() == second.epoch()) {
      broken.add(both + " in one epoch");
    } else if (first.epoch() > second.epoch()) {
      broken.add(both + ": the later epoch is the smaller");
    } else if (second.from().isBefore(first.until())) {
      broken.add(both + " at the same time");
    }
  }

  private static String told(Hold hold) {
    return hold.node() + " with epoch " + hold.epoch();
  }
}
