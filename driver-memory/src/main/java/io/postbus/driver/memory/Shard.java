package io.postbus.driver.memory;

import io.postbus.spi.Delayed;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One shard's entries by slot, and its handles. Thread-safe: one monitor, held for one call. */
final class Shard {
  final int number;
  private final StoreRoom room;
  private final NavigableMap<Slot, Delayed> entries = new TreeMap<>();
  private final Map<String, TreeSet<Slot>> handles = new HashMap<>();

  Shard(int number, StoreRoom room) {
    this.number = number;
    this.room = room;
  }

  synchronized void put(List<Delayed> batch) {
    Map<Slot, Delayed> missing = new TreeMap<>();
    for (Delayed d : batch) {
      if (!entries.containsKey(d.slot())) {
        missing.putIfAbsent(d.slot(), d);
      }
    }
    room.reserve(missing.size(), missing.values().stream().mapToLong(Shard::footprint).sum());
    missing.values().forEach(this::enter);
  }

  /** First all that goes, then all that comes, as one statement after the other does in SQL. */
  synchronized BitSet move(List<Move> moves) {
    BitSet done = new BitSet(moves.size());
    for (int i = 0; i < moves.size(); i++) {
      done.set(i, remove(moves.get(i).from()));
    }
    done.stream().forEach(i -> moves.get(i).to().forEach(this::add));
    return done;
  }

  synchronized List<Slot> slots(Slot after, Slot upTo, int limit) {
    return range(after, upTo).keySet().stream().limit(limit).toList();
  }

  synchronized List<Delayed> read(Slot after, Slot upTo, int limit) {
    return range(after, upTo).values().stream().limit(limit).toList();
  }

  synchronized List<Delayed> get(Collection<Slot> slots) {
    List<Delayed> found = new ArrayList<>(slots.size());
    for (Slot s : new TreeSet<>(slots)) {
      Delayed d = entries.get(s);
      if (d != null) {
        found.add(d);
      }
    }
    return found;
  }

  /** Shows every entry, or those of this handle. */
  synchronized void each(@Nullable String handle, Consumer<Delayed> reader) {
    if (handle == null) {
      entries.values().forEach(reader);
    } else {
      handles.getOrDefault(handle, new TreeSet<>()).forEach(s -> reader.accept(at(s)));
    }
  }

  private Delayed at(Slot slot) {
    Delayed d = entries.get(slot);
    if (d == null) {
      throw new IllegalStateException("A handle names the slot " + slot + ", which is empty");
    }
    return d;
  }

  private NavigableMap<Slot, Delayed> range(Slot after, Slot upTo) {
    return after.compareTo(upTo) < 0
        ? entries.subMap(after, false, upTo, true)
        : new TreeMap<Slot, Delayed>();
  }

  private void add(Delayed d) {
    if (!entries.containsKey(d.slot())) {
      room.add(1, footprint(d));
      enter(d);
    }
  }

  private void enter(Delayed d) {
    entries.put(d.slot(), d);
    if (d.handle() != null) {
      handles.computeIfAbsent(d.handle(), h -> new TreeSet<>()).add(d.slot());
    }
  }

  private boolean remove(Slot slot) {
    Delayed gone = entries.remove(slot);
    if (gone == null) {
      return false;
    }
    room.add(-1, -footprint(gone));
    if (gone.handle() != null) {
      handles.computeIfPresent(
          gone.handle(), (h, slots) -> slots.remove(slot) && slots.isEmpty() ? null : slots);
    }
    return true;
  }

  private static long footprint(Delayed d) {
    long trace = d.failure() == null ? 0 : d.failure().trace().length();
    return Footprint.of(d.message()) + trace;
  }
}
