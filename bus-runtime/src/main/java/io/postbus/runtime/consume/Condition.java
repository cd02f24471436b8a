package io.postbus.runtime.consume;

import io.postbus.Health.ConsumerHealth.State;

/**
 * How a member is, as far as its own thread knows.
 *
 * @param detail why, where it is not running
 */
record Condition(State state, String detail) {
  static final Condition RUNNING = new Condition(State.RUNNING, "");

  static Condition stopped(String why) {
    return new Condition(State.STOPPED, why);
  }

  static Condition stalled(String why) {
    return new Condition(State.STALLED, why);
  }

  static Condition dead(String why) {
    return new Condition(State.DEAD, why);
  }
}
