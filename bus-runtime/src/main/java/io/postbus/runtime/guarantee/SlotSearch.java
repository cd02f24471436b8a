package io.postbus.runtime.guarantee;

import io.postbus.spi.Slot;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Changes an entry that is in one of several slots. */
public final class SlotSearch {
  private SlotSearch() {}

  /**
   * Tries one slot after the other until the change is made there.
   *
   * @param slots at least one, the likeliest first
   * @return whether it was made
   */
  public static CompletionStage<Boolean> first(
      List<Slot> slots, Function<Slot, CompletionStage<Boolean>> change) {
    CompletionStage<Boolean> done = change.apply(slots.get(0));
    for (Slot next : slots.subList(1, slots.size())) {
      done =
          done.thenCompose(
              yes -> yes ? CompletableFuture.completedStage(true) : change.apply(next));
    }
    return done;
  }
}
