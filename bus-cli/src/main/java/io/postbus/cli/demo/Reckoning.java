package io.postbus.cli.demo;

import io.postbus.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether the story ended as it must. */
final class Reckoning {
  /** The payment service is down for so many calls. */
  private static final int OUTAGE = 2;

  private Reckoning() {}

  /** What does not add up; nothing if all does. */
  static List<String> problems(List<Account> accounts, Ledger ledger) {
    List<String> problems = new ArrayList<>();
    for (Account a : accounts) {
      expect(problems, a.group() + ": messages missing", 0, a.missing());
      expect(problems, a.group() + ": messages that were not for it", 0, a.strangers());
      long dead = a.group().equals(Story.TOTALS) ? 1 : 0;
      expect(problems, a.group() + ": dead letters", dead, a.dead());
      expect(problems, a.group() + ": dead letters redriven", dead, a.redriven());
    }
    Map<String, Account> byGroup =
        accounts.stream().collect(Collectors.toMap(Account::group, Function.identity()));
    Account rewards = byGroup.get(Story.REWARDS);
    expect(problems, "retries of rewards", OUTAGE, rewards == null ? 0 : rewards.retries());
    expect(problems, "who did the task", Story.DONE, done(ledger));
    return problems;
  }

  private static List<String> done(Ledger ledger) {
    return List.copyOf(
        ledger.published().stream()
            .filter(m -> m.type().equals("TaskCompleted"))
            .map(Message::key)
            .map(String::valueOf)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static void expect(List<String> problems, String what, Object wanted, Object found) {
    if (!String.valueOf(wanted).equals(String.valueOf(found))) {
      problems.add(what + ": " + found + " instead of " + wanted);
    }
  }
}
