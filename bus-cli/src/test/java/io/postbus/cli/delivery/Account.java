package io.postbus.cli.delivery;

import io.postbus.cli.delivery.Journal.Line;
import io.postbus.cli.delivery.Publishing.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the journals say has become of each message, at a moment. */
final class Account {
  /** When it may be handled at the earliest, and how it was published. */
  private record Begun(long earliest, String mode) {}

  private static final Set<String> IN_TRANSACTIONS =
      Set.of(Mode.IN_TRANSACTION.name(), Mode.ROLLED_BACK.name());

  private final Map<String, Begun> begun = new HashMap<>();
  private final Set<String> published = new HashSet<>();
  private final Set<String> cancelling = new HashSet<>();
  private final Set<String> kept = new HashSet<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Map<String, List<Long>> handled = new HashMap<>();
  private final int failures;

  private Account(Collection<Line> lines) {
    int failed = 0;
    for (Line line : lines) {
      switch (line.what()) {
        case "begun" -> begun.put(line.id(), new Begun(line.micros(), line.more()));
        case "published" -> published.add(line.id());
        case "cancelling" -> cancelling.add(line.id());
        case "kept" -> kept.add(line.id());
        case "cancelled" -> cancelled.add(line.id());
        case "handled" ->
            handled
                .computeIfAbsent(key(line.id(), line.more()), k -> new ArrayList<>())
                .add(line.micros());
        case "failed" -> failed++;
        default -> throw new IllegalStateException("No such line: " + line);
      }
    }
    failures = failed;
  }

  static Account of(Path folder) throws IOException {
    return new Account(Journal.read(folder));
  }

  /**
   * Who has not got what a publication has promised them. Whom a kill has kept from telling what
   * became of its cancellation has promised nothing.
   */
  List<String> lost() {
    List<String> lost = new ArrayList<>();
    for (String id : published) {
      for (String group : Node.GROUPS) {
        boolean owed = !cancelling.contains(id) || kept.contains(id);
        if (owed && !handled.containsKey(key(id, group))) {
          lost.add(mode(id) + " " + key(id, group));
        }
      }
    }
    return lost;
  }

  /** Whose row is there, but has not been handled by a group. */
  List<String> unhandled(Set<String> rows) {
    return rows.stream()
        .flatMap(id -> Node.GROUPS.stream().map(group -> key(id, group)))
        .filter(key -> !handled.containsKey(key))
        .toList();
  }

  /** Handled, although the transaction in which it was published has left no row. */
  List<String> unborn(Set<String> rows) {
    return handled.keySet().stream()
        .filter(key -> IN_TRANSACTIONS.contains(mode(id(key))) && !rows.contains(id(key)))
        .toList();
  }

  /** Handled before they were due, or never published. */
  List<String> early() {
    List<String> early = new ArrayList<>();
    handled.forEach(
        (key, times) -> {
          Begun b = begun.get(id(key));
          for (long time : times) {
            if (b == null || time < b.earliest) {
              early.add(key + " " + (b == null ? "unknown" : b.earliest - time + " µs"));
            }
          }
        });
    return early;
  }

  /** Handled although their cancellation was promised. */
  List<String> undead() {
    return handled.keySet().stream().filter(key -> cancelled.contains(id(key))).toList();
  }

  int publishedCount() {
    return published.size();
  }

  int cancelledCount() {
    return cancelled.size();
  }

  int failures() {
    return failures;
  }

  /** How many messages have been handled, each by each group. */
  int handledCount() {
    return handled.size();
  }

  /** How often a group handled what it had handled. */
  int duplicates() {
    return handled.values().stream().mapToInt(times -> times.size() - 1).sum();
  }

  /** The figures in one line. */
  @Override
  public String toString() {
    return "published=%d unknown=%d rolledBack=%d cancelled=%d handled=%d failed=%d lost=%d early=%d undead=%d duplicates=%d %s late %s"
        .formatted(
            published.size(),
            begun.size() - published.size() - rolledBack(),
            rolledBack(),
            cancelled.size(),
            handled.size(),
            failures,
            lost().size(),
            early().size(),
            undead().size(),
            duplicates(),
            duplicatesByMode(),
            lateness());
  }

  private int rolledBack() {
    return (int)
        begun.values().stream().filter(b -> b.mode.equals(Mode.ROLLED_BACK.name())).count();
  }

  private Map<String, Integer> duplicatesByMode() {
    Map<String, Integer> by = new TreeMap<>();
    handled.forEach((key, times) -> by.merge(mode(id(key)), times.size() - 1, Integer::sum));
    return by;
  }

  /** From the due time to the first handling of what waited, failures and kills included. */
  private String lateness() {
    List<Long> late = new ArrayList<>();
    handled.forEach(
        (key, times) -> {
          Begun b = begun.get(id(key));
          if (b != null && b.mode.equals("DELAYED")) {
            late.add(times.stream().min(Long::compare).orElseThrow() - b.earliest);
          }
        });
    late.sort(null);
    return late.isEmpty()
        ? "-"
        : "p50=%dms p99=%dms max=%dms"
            .formatted(
                late.get(late.size() / 2) / 1000,
                late.get(late.size() * 99 / 100) / 1000,
                late.get(late.size() - 1) / 1000);
  }

  private String mode(String id) {
    Begun b = begun.get(id);
    return b == null ? "UNKNOWN" : b.mode;
  }

  private static String key(String id, String group) {
    return id + "/" + group;
  }

  private static String id(String key) {
    return key.substring(0, key.indexOf('/'));
  }
}
