package io.postbus.faults.check;

import io.postbus.faults.history.Ending;
import io.postbus.faults.history.Event;
import io.postbus.faults.history.Kind;
import io.postbus.faults.history.Ledger;
import io.postbus.faults.history.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A history as it is told in a test: each sentence happens a millisecond after the one before. */
final class Told {
  static final String STRICT = "strict";
  static final String LOOSE = "loose";

  private final Ledger ledger = new Ledger(Set.of(STRICT, LOOSE), Set.of(STRICT));
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private long number;

  Told published(String id) {
    return published(id, Kind.PLAIN, "k", Duration.ZERO);
  }

  Told published(String id, Kind kind, String key, Duration delay) {
    now = now.plusMillis(1);
    ledger.add(new Event.Published(now, id, kind, "p", key, number++, now.plus(delay)));
    return this;
  }

  Told ended(String id, Ending ending) {
    ledger.add(new Event.Ended(tick(), id, ending));
    return this;
  }

  /** Published, confirmed. */
  Told confirmed(String id) {
    return published(id).ended(id, Ending.CONFIRMED);
  }

  Told cancelled(String id) {
    ledger.add(new Event.Cancelled(tick(), id));
    return this;
  }

  Told fired(String id, String node) {
    Instant begun = tick();
    ledger.add(new Event.Fired(tick(), id, node, begun));
    return this;
  }

  Told begun(String id, String group, int attempt) {
    ledger.add(new Event.Begun(tick(), id, group, "c1", attempt));
    return this;
  }

  Told handled(String id, String group) {
    begun(id, group, 1);
    ledger.add(new Event.Handled(tick(), id, group, "c1", 1));
    return this;
  }

  /** By both groups. */
  Told handled(String id) {
    return handled(id, STRICT).handled(id, LOOSE);
  }

  Told dead(String id, String group) {
    ledger.add(new Event.Dead(tick(), id, group));
    return this;
  }

  Told held(long epoch, String node) {
    ledger.add(new Event.Held(tick(), "lock", epoch, node));
    return this;
  }

  Told passed(Duration time) {
    now = now.plus(time);
    return this;
  }

  /** A fault that ends with this moment. */
  Told fault(Duration length) {
    ledger.add(Window.of("fault", now.minus(length), now));
    return this;
  }

  /** The broker has lost everything up to now. */
  Told forgot() {
    return forgot(Window.EVERYTHING);
  }

  /** The broker has lost what it confirmed up to so long ago. */
  Told forgot(Duration last) {
    ledger.add(new Window("fault", now, now, last));
    return this;
  }

  Map<String, List<String>> broken() {
    return Checker.broken(ledger);
  }

  Account account() {
    return Checker.account(ledger);
  }

  private Instant tick() {
    now = now.plusMillis(1);
    return now;
  }
}
