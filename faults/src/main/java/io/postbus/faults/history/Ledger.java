package io.postbus.faults.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What happened in one trial: the stories of its messages, locks, and faults. One thread. */
public final class Ledger {
  private final Set<String> groups;
  private final Set<String> ordered;
  private final Map<String, Story> stories = new LinkedHashMap<>();
  private final Map<HoldKey, Hold> holds = new LinkedHashMap<>();
  private final List<Window> windows = new ArrayList<>();

  private record HoldKey(String lock, long epoch, String node) {}

  /**
   * A ledger of nothing yet.
   *
   * @param groups that get every message
   * @param ordered those among them that asked for order by key
   */
  public Ledger(Set<String> groups, Set<String> ordered) {
    this.groups = Set.copyOf(groups);
    this.ordered = Set.copyOf(ordered);
  }

  /** Takes note. */
  public void add(Event event) {
    if (event instanceof Event.Published e) {
      story(e.id()).published(e);
    } else if (event instanceof Event.Ended e) {
      story(e.id()).ended(e);
    } else if (event instanceof Event.Cancelled e) {
      story(e.id()).cancelled(e);
    } else if (event instanceof Event.Fired e) {
      story(e.id()).fired(e);
    } else if (event instanceof Event.Begun e) {
      story(e.id()).begun(e);
    } else if (event instanceof Event.Handled e) {
      story(e.id()).handled(e);
    } else if (event instanceof Event.Dead e) {
      story(e.id()).dead(e);
    } else if (event instanceof Event.Held e) {
      HoldKey key = new HoldKey(e.lock(), e.epoch(), e.node());
      holds.merge(key, Hold.of(e), Hold::and);
    }
  }

  /** A fault came and went. */
  public void add(Window window) {
    windows.add(window);
  }

  public Set<String> groups() {
    return groups;
  }

  public Set<String> ordered() {
    return ordered;
  }

  public Collection<Story> stories() {
    return stories.values();
  }

  public Collection<Hold> holds() {
    return holds.values();
  }

  public List<Window> windows() {
    return windows;
  }

  /** Whether it has to reach every group: the broker may have forgotten what is not guaranteed. */
  public boolean owes(Story story) {
    return story.owed()
        && (story.is(Kind.GUARANTEED) || windows.stream().noneMatch(story::forgivenBy));
  }

  private Story story(String id) {
    return stories.computeIfAbsent(id, Story::new);
  }
}
