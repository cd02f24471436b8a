package io.postbus.faults.history;

import java.time.Instant;

/**
 * A lock in one node's hands, from the first to the last moment that it was certain of it: it may
 * have had it a little longer, never shorter.
 */
public record Hold(String lock, long epoch, String node, Instant from, Instant until) {
  static Hold of(Event.Held e) {
    return new Hold(e.lock(), e.epoch(), e.node(), e.at(), e.at());
  }

  Hold and(Hold later) {
    return new Hold(lock, epoch, node, from, later.until);
  }
}
