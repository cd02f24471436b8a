package io.postbus.spi;

/**
 * How a member joins a group.
 *
 * @param group as it is declared; its order says what the member promises
 * @param maxInFlight how many deliveries may be unsettled at most, at least 1
 * @param start where the group begins if this is its first member ever
 */
public record ConsumerSpec(Group group, int maxInFlight, Start start) {
  public ConsumerSpec {
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("maxInFlight is " + maxInFlight + ", must be at least 1");
    }
  }
}
