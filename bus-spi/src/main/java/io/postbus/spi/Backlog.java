package io.postbus.spi;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a group has before it.
 *
 * @param ready not yet handed to a member
 * @param unsettled handed out and not settled, where the broker can tell
 * @param members how many have joined, where the broker can tell
 */
public record Backlog(long ready, OptionalLong unsettled, OptionalInt members) {
  /** The backlog of a group that has none or does not exist. */
  public static final Backlog NONE = new Backlog(0, OptionalLong.empty(), OptionalInt.empty());
}
