package io.postbus.faults.check;

import io.postbus.faults.history.Ending;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Story;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Holds a history to every rule. Thread-safe. */
public final class Checker {
  private static final List<Rule> RULES =
      List.of(
          new NothingLost(),
          new NothingInvented(),
          new OrderByKey(),
          new NothingEarly(),
          new CancelledStaysAway(),
          new FiredOnce(),
          new OneHolder(),
          new OnlyBadDie(),
          new RepeatsNearFaults());

  private Checker() {}

  /** The rules that the history breaks, with a sentence for each place; empty if it breaks none. */
  public static Map<String, List<String>> broken(Ledger ledger) {
    return broken(ledger, Set.of());
  }

  /**
   * The same, leaving out rules that what is tested does not promise to hold.
   *
   * @param waived names of rules
   */
  public static Map<String, List<String>> broken(Ledger ledger, Set<String> waived) {
    Map<String, List<String>> broken = new LinkedHashMap<>();
    for (Rule rule : RULES) {
      List<String> places = waived.contains(rule.name()) ? List.of() : rule.broken(ledger);
      if (!places.isEmpty()) {
        broken.put(rule.name(), places);
      }
    }
    return broken;
  }

  /** How many messages there were of each sort. */
  public static Account account(Ledger ledger) {
    Account account = Account.NOTHING;
    for (Story story : ledger.stories()) {
      account = account.plus(of(story, ledger));
    }
    return account;
  }

  private static Account of(Story story, Ledger ledger) {
    Set<String> groups = ledger.groups();
    long handled = groups.stream().filter(story::over).count();
    long repeats = groups.stream().mapToLong(g -> story.repeats(g).size()).sum();
    long missing = ledger.owes(story) ? groups.size() - handled : 0;
    return new Account(
        story.published().isPresent() ? 1 : 0,
        story.confirmed() ? 1 : 0,
        story.ending() == Ending.FAILED ? 1 : 0,
        story.ending() == Ending.UNKNOWN ? 1 : 0,
        handled,
        repeats,
        missing);
  }
}
