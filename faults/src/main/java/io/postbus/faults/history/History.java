package io.postbus.faults.history;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the journals of all processes of a run. A message's id begins with its trial's name and a
 * dot, which says to whose ledger it belongs. One thread.
 */
public final class History implements AutoCloseable {
  private final Set<String> groups;
  private final Set<String> ordered;
  private final Map<Path, JournalReader> journals = new HashMap<>();
  private final Map<String, Instant> said = new HashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private @Nullable Ledger current;
  private final Set<String> trials = new HashSet<>();
  private final Set<String> strays = new TreeSet<>();
  private String trial = "";

  public History(Set<String> groups, Set<String> ordered) {
    this.groups = groups;
    this.ordered = ordered;
  }

  /** Reads this file too from now on; it has to exist. */
  public void follow(Path journal) {
    journals.computeIfAbsent(journal, JournalReader::new);
  }

  /** Begins a trial with an empty ledger. */
  public Ledger begin(String name) {
    refresh();
    trial = name;
    trials.add(name);
    current = new Ledger(groups, ordered);
    return current;
  }

  /** Reads what has been written since. */
  public void refresh() {
    journals.values().forEach(journal -> journal.read(this::take));
  }

  /** When the node last said this; {@link Instant#MIN} if never. */
  public Instant said(String node, String what) {
    return said.getOrDefault(node + "/" + what, Instant.MIN);
  }

  /** What the node said then. */
  public @Nullable String value(String node, String what) {
    return values.get(node + "/" + what);
  }

  /** Ids that belong to no trial that ever was: somebody made them up. */
  public Set<String> strays() {
    return strays;
  }

  private void take(Event event) {
    if (event instanceof Event.Said s) {
      said.put(s.node() + "/" + s.what(), s.at());
      values.put(s.node() + "/" + s.what(), s.value());
    } else if (event instanceof Event.OfMessage m && !trials.contains(trialOf(m.id()))) {
      strays.add(m.id());
    } else if (current != null && ofCurrent(event)) {
      current.add(event);
    }
  }

  /** Locks belong to whatever trial they fall in. */
  private boolean ofCurrent(Event event) {
    return !(event instanceof Event.OfMessage m) || trialOf(m.id()).equals(trial);
  }

  private static String trialOf(String id) {
    return id.substring(0, Math.max(0, id.indexOf('.')));
  }

  @Override
  public void close() {
    journals.values().forEach(JournalReader::close);
  }
}
