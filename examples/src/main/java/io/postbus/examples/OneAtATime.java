package io.postbus.examples;

import io.postbus.Bus;
import io.postbus.Lock;
import java.time.Duration;
import java.util.Optional;

/** A job that runs in one process at a time among all that share the store. */
public final class OneAtATime {
  private OneAtATime() {}

  public static void main(String[] args) {
    try (Bus bus = Embedded.bus().open()) {
      Duration ttl = Duration.ofSeconds(30);
      try (Lock lock = bus.locks().acquire("month-end", ttl)) {
        System.out.println("closing the month under epoch " + lock.epoch());
        Optional<Lock> other = bus.locks().tryAcquire("month-end", ttl);
        System.out.println("meanwhile somebody else " + (other.isPresent() ? "may" : "may not"));
      }
    }
  }
}
