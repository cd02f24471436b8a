package io.postbus.spi;

import java.util.List;

/**
 * Takes one entry away and puts others in its place, all or nothing.
 *
 * @param to what takes its place, in the same shard: none to remove it
 */
public record Move(Slot from, List<Delayed> to) {
  public Move {
    to = List.copyOf(to);
  }

  public static Move remove(Slot from) {
    return new Move(from, List.of());
  }
}
