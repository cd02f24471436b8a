package io.postbus.faults.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that happened to one message. One thread. */
public final class Story {
  private final String id;
  private final Map<String, List<Event.Begun>> begun = new LinkedHashMap<>();
  private final Map<String, List<Event.Handled>> handled = new LinkedHashMap<>();
  private final List<Event.Fired> fired = new ArrayList<>();
  private final Set<String> dead = new HashSet<>();
  private Event.@Nullable Published published;
  private Event.@Nullable Ended ended;
  private Event.@Nullable Cancelled cancelled;

  Story(String id) {
    this.id = id;
  }

  void published(Event.Published e) {
    published = e;
  }

  void ended(Event.Ended e) {
    ended = e;
  }

  void cancelled(Event.Cancelled e) {
    cancelled = e;
  }

  void fired(Event.Fired e) {
    fired.add(e);
  }

  void begun(Event.Begun e) {
    begun.computeIfAbsent(e.group(), g -> new ArrayList<>()).add(e);
  }

  void handled(Event.Handled e) {
    handled.computeIfAbsent(e.group(), g -> new ArrayList<>()).add(e);
  }

  void dead(Event.Dead e) {
    dead.add(e.group());
  }

  public String id() {
    return id;
  }

  /** Empty for what nobody of ours has published. */
  public Optional<Event.Published> published() {
    return Optional.ofNullable(published);
  }

  public Ending ending() {
    return ended == null ? Ending.UNKNOWN : ended.ending();
  }

  public boolean confirmed() {
    return ending() == Ending.CONFIRMED;
  }

  /** When the bus promised that it will not be handled. */
  public Optional<Instant> cancelled() {
    return Optional.ofNullable(cancelled).map(Event.Cancelled::at);
  }

  public List<Event.Fired> fired() {
    return byTime(fired);
  }

  /** The groups that have called a handler with it. */
  public Set<String> groups() {
    return begun.keySet();
  }

  public List<Event.Begun> begun(String group) {
    return byTime(begun.getOrDefault(group, List.of()));
  }

  public List<Event.Handled> handled(String group) {
    return byTime(handled.getOrDefault(group, List.of()));
  }

  /** The journals of several processes are read one after the other. */
  private static <E extends Event> List<E> byTime(List<E> events) {
    return events.stream().sorted(Comparator.comparing(Event::at)).toList();
  }

  public boolean dead(String group) {
    return dead.contains(group);
  }

  public boolean is(Kind kind) {
    return published != null && published.kind() == kind;
  }

  /**
   * The beginnings of attempts in the group that had begun before. One that was meant to throw is
   * none of them: whoever gets the delivery next need not know how often it has failed.
   */
  public List<Event.Begun> repeats(String group) {
    Set<Integer> seen = new HashSet<>();
    return begun(group).stream()
        .filter(b -> !fails(b.attempt()) && !seen.add(b.attempt()))
        .toList();
  }

  private boolean fails(int attempt) {
    return published != null && published.kind().fails(attempt);
  }

  /** Whether the group has it behind it, as the kind of message should end. */
  public boolean over(String group) {
    return is(Kind.BAD) ? dead(group) : handled.containsKey(group);
  }

  /** Whether the broker may have lost it then. */
  boolean forgivenBy(Window window) {
    return published != null && ended != null && window.forgives(published.at(), ended.at());
  }

  /** Whether it was owed to the groups: confirmed, and never promised away. */
  public boolean owed() {
    return confirmed() && cancelled == null;
  }
}
