package io.postbus.faults;

import io.postbus.faults.check.Account;
import java.time.Duration;
import java.util.List;

/**
 * What came of a trial.
 *
 * @param recovery the longest that it took to be back after a fault's end
 * @param took all of it
 * @param problems broken rules and whatever else must not be; empty if all is well
 */
record Verdict(
    String scenario, Account account, Duration recovery, Duration took, List<String> problems) {
  Verdict {
    problems = List.copyOf(problems);
  }

  /** The same with the place behind the scenario's name. */
  Verdict at(String site) {
    return new Verdict(scenario + site, account, recovery, took, problems);
  }

  boolean good() {
    return problems.isEmpty();
  }
}
