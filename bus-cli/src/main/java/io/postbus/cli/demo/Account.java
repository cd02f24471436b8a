package io.postbus.cli.demo;

import io.postbus.cli.demo.Ledger.Attempt;
import io.postbus.cli.output.Row;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What became of every message that a group was to get. Immutable.
 *
 * @param due the ids that it was to handle
 * @param handled the ids that it did
 * @param failures how many attempts failed
 * @param handlings how many attempts did not
 * @param dead how many dead letters it had
 * @param redriven how many of them were sent again
 */
record Account(
    String group,
    Set<String> due,
    Set<String> handled,
    long failures,
    long handlings,
    long dead,
    long redriven) {

  /** The account of a group that has given up on nothing. */
  static Account of(Group group, List<Message> published, List<Attempt> attempts) {
    Set<String> due =
        published.stream()
            .filter(m -> group.topics().contains(m.topic()) && group.types().accepts(m.type()))
            .map(Message::id)
            .collect(Collectors.toSet());
    List<Attempt> own = attempts.stream().filter(a -> a.group().equals(group.name())).toList();
    List<String> good =
        own.stream().filter(a -> a.error() == null).map(a -> a.message().id()).toList();
    return new Account(
        group.name(), due, new HashSet<>(good), own.size() - good.size(), good.size(), 0, 0);
  }

  Account dead(long letters, long sentAgain) {
    return new Account(group, due, handled, failures, handlings, letters, sentAgain);
  }

  /** Attempts that followed a failure by themselves: what was given up on did not come again so. */
  long retries() {
    return failures - dead;
  }

  /** Handled more than once; allowed where a connection broke, and told. */
  long twice() {
    return handlings - handled.size();
  }

  long missing() {
    return due.stream().filter(id -> !handled.contains(id)).count();
  }

  /** Handled though nobody published it, or though it was cancelled. */
  long strangers() {
    return handled.stream().filter(id -> !due.contains(id)).count();
  }

  Row row() {
    return Row.of("group", group)
        .with("due", due.size())
        .with("handled", handled.size())
        .with("retries", retries())
        .with("dead", dead)
        .with("redriven", redriven)
        .with("twice", twice())
        .with("strangers", strangers())
        .with("missing", missing());
  }
}
