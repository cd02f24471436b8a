package io.postbus.runtime.delay;

import io.postbus.DelayedMessages.Outcome;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Changes entries that wait, each by one move: whoever carries it out has the entry, so that a
 * cancellation which succeeded is a promise. Thread-safe; blocking.
 */
final class EntryChanges {
  /** How often an entry is followed that other changes move away. */
  private static final int TRIES = 5;

  private static final DelayedQuery WAITING =
      DelayedQuery.ALL.kinds(Kind.DELAY, Kind.RETRY, Kind.OUTBOX);

  private static final DelayedQuery SENT = DelayedQuery.ALL.kinds(Kind.GUARANTEED);

  private final DelayStore store;
  private final Consumer<Delayed> arrived;

  /**
   * Changes in a store.
   *
   * @param arrived is told of entries in new slots
   */
  EntryChanges(DelayStore store, Consumer<Delayed> arrived) {
    this.store = store;
    this.arrived = arrived;
  }

  /** Changes all entries of a handle or, where no entry has it, of a message id. */
  Outcome all(String reference, Function<Delayed, List<Delayed>> change) {
    Outcome byHandle = all(WAITING.handle(reference), change);
    Outcome found =
        byHandle == Outcome.NOT_FOUND ? all(WAITING.messageId(reference), change) : byHandle;
    return found == Outcome.NOT_FOUND && sent(reference) ? Outcome.TOO_LATE : found;
  }

  /** Whether it has been sent and only waits for its acknowledgement. */
  private boolean sent(String reference) {
    return store.count(SENT.handle(reference)) + store.count(SENT.messageId(reference)) > 0;
  }

  /** Changes the entry that was seen there. */
  Outcome one(Delayed entry, Function<Delayed, List<Delayed>> change) {
    return changed(List.of(entry), change) ? Outcome.DONE : Outcome.TOO_LATE;
  }

  private Outcome all(DelayedQuery query, Function<Delayed, List<Delayed>> change) {
    boolean found = false;
    boolean done = true;
    String cursor = null;
    do {
      DelayStore.Page page = store.find(query, cursor, DelayStore.MAX_BATCH);
      found |= !page.entries().isEmpty();
      done &= changed(page.entries(), change);
      cursor = page.next();
    } while (cursor != null);
    return !found ? Outcome.NOT_FOUND : done ? Outcome.DONE : Outcome.TOO_LATE;
  }

  /** Whether all of the entries were changed, some perhaps in a slot they had just come to. */
  private boolean changed(List<Delayed> entries, Function<Delayed, List<Delayed>> change) {
    boolean all = true;
    List<Delayed> left = entries;
    for (int i = 0; i < TRIES && !left.isEmpty(); i++) {
      List<Delayed> waiting = left.stream().filter(e -> !e.slot().inFlight()).toList();
      all &= waiting.size() == left.size();
      List<Delayed> missed = missed(waiting, change);
      left = missed.stream().flatMap(e -> elsewhere(e).stream()).toList();
      all &= left.size() == missed.size();
    }
    return all && left.isEmpty();
  }

  /** Moves the entries and returns those that were not where they had been seen. */
  private List<Delayed> missed(List<Delayed> waiting, Function<Delayed, List<Delayed>> change) {
    List<Delayed> missed = new ArrayList<>();
    Map<Integer, List<Delayed>> shards =
        waiting.stream().collect(Collectors.groupingBy(this::shard));
    shards.forEach((shard, entries) -> missed.addAll(missed(shard, entries, change)));
    return missed;
  }

  private List<Delayed> missed(
      int shard, List<Delayed> entries, Function<Delayed, List<Delayed>> change) {
    List<Move> moves = entries.stream().map(e -> new Move(e.slot(), change.apply(e))).toList();
    BitSet moved = store.move(shard, moves);
    List<Delayed> missed = new ArrayList<>();
    for (int i = 0; i < moves.size(); i++) {
      if (moved.get(i)) {
        moves.get(i).to().forEach(arrived);
      } else {
        missed.add(entries.get(i));
      }
    }
    return missed;
  }

  private List<Delayed> elsewhere(Delayed entry) {
    DelayedQuery same = WAITING.messageId(entry.message().id());
    return store.find(same, null, DelayStore.MAX_BATCH).entries().stream()
        .filter(e -> e.slot().low() == entry.slot().low())
        .limit(1)
        .toList();
  }

  private int shard(Delayed entry) {
    return Slot.shard(entry.message(), store.shards());
  }
}
