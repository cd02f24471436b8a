package io.postbus.runtime.delay;

import io.postbus.runtime.delay.Departure.End;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one shard's outbox entries of a key in order: the first is on its way, or waits to be tried
 * again, and those behind it are held until it has gone for good. In the store they all stay where
 * they sort, so that the shard's next owner finds them in order. Thread-safe.
 *
 * <p>What is held is remembered by its slot, within a bound. Followers beyond it are forgotten and
 * read again; where more keys than that fail, the order of further ones is given up.
 */
final class KeyOrder {
  private static final Logger LOG = LoggerFactory.getLogger(KeyOrder.class);

  /** How long one that should be here is waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** A key and its entries. */
  private static final class Line {
    final String key;

    /** Where the first is in the store, if it is there. */
    Slot head;

    /** When to look after the first, in the timeline's nanoseconds. */
    long next;

    /** How many publications of the first have not ended. */
    int legs;

    /** The first was looked for; if it does not come, it is gone. */
    boolean sought;

    final TreeSet<Slot> followers = new TreeSet<>();
    @Nullable Slot firstForgotten;
    @Nullable Slot lastForgotten;

    Line(String key, Slot head) {
      this.key = key;
      this.head = head;
    }
  }

  private final EngineParts parts;
  private final OpenSlots open;
  private final int most;
  private final BiConsumer<Slot, Slot> readAgain;
  private final Runnable wake;
  private final Map<String, Line> lines = new HashMap<>();
  private final Map<Long, Line> byHead = new HashMap<>();
  private final TreeSet<Line> byTime =
      new TreeSet<>(Comparator.<Line>comparingLong(l -> l.next).thenComparing(l -> l.key));
  private int following;
  private boolean released;
  private boolean warned;

  /**
   * No key is known yet.
   *
   * @param most how many keys, and followers of keys, are remembered
   * @param readAgain has what lies between two slots read from the store
   * @param wake is called when something may be fired
   */
  KeyOrder(
      EngineParts parts,
      OpenSlots open,
      int most,
      BiConsumer<Slot, Slot> readAgain,
      Runnable wake) {
    this.parts = parts;
    this.open = open;
    this.most = most;
    this.readAgain = readAgain;
    this.wake = wake;
  }

  /** Whether the order of such entries matters. */
  static boolean matters(Delayed entry) {
    return entry.kind() == Kind.OUTBOX && entry.message().key() != null;
  }

  /** The slot of such an entry while it is on its way: in front of those that follow it. */
  static Slot onItsWay(Slot slot) {
    return slot.inFlight(slot.due().minusMillis(1));
  }

  /** Takes what has to wait out of what is due, and returns the entries of the rest, in order. */
  synchronized List<Delayed> hold(Map<Slot, @Nullable Delayed> due) {
    List<Delayed> rest = new ArrayList<>(due.size());
    Iterator<Map.Entry<Slot, @Nullable Delayed>> each = due.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Slot, @Nullable Delayed> e = each.next();
      Delayed entry = e.getValue();
      if (entry == null) {
        missing(e.getKey());
      } else if (matters(entry) && !mayGo(entry)) {
        parts.budget().release(entry);
        each.remove();
      } else {
        rest.add(entry);
      }
    }
    return rest;
  }

  /** The entry was moved, and is now published. */
  void goes(Delayed entry, Departure how) {
    if (!matters(entry)) {
      return;
    }
    synchronized (this) {
      Line line = line(entry);
      if (how.end() == End.KEEP || how.legs().isEmpty()) {
        open.forget(onItsWay(entry.slot()));
      }
      if (line != null) {
        line.legs = how.legs().size();
        if (line.legs == 0) {
          end(line);
        }
      }
    }
  }

  /** The entry was not moved: others have changed its place, it is gone, or nobody knows. */
  void missed(Delayed entry) {
    if (!matters(entry)) {
      return;
    }
    synchronized (this) {
      Line line = line(entry);
      open.forget(onItsWay(entry.slot()));
      if (line != null) {
        line.head = entry.slot();
        missing(entry.slot());
      }
    }
  }

  /** One of the entry's publications has ended for good. */
  void ended(Delayed entry) {
    if (!matters(entry)) {
      return;
    }
    synchronized (this) {
      Line line = line(entry);
      if (line != null && --line.legs <= 0) {
        end(line);
      }
    }
  }

  /** The entry is dead, or waits without its place. */
  void left(Delayed entry) {
    if (entry.message().key() == null) {
      return;
    }
    synchronized (this) {
      Line line = line(entry);
      if (line != null) {
        end(line);
      }
    }
  }

  /** The entry as it waits to be tried again: without its place where too many wait in theirs. */
  synchronized Delayed again(Delayed failed) {
    if (lines.size() < most || !matters(failed)) {
      return failed;
    }
    if (!warned) {
      warned = true;
      LOG.warn(
          "More than {} keys have outbox messages that cannot be sent; the order of further ones is not kept",
          most);
    }
    left(failed);
    return new Delayed(
        failed.slot(),
        Kind.DELAY,
        failed.destination(),
        failed.message(),
        failed.attempt(),
        failed.handle(),
        failed.failure());
  }

  /** Looks after those whose time has come. */
  synchronized void look(long now) {
    while (!byTime.isEmpty() && byTime.first().next - now <= 0) {
      Line line = byTime.first();
      if (open.waits(line.head)) {
        look(line, PATIENCE);
      } else if (line.sought) {
        end(line);
      } else {
        line.sought = true;
        open.release(line.head);
        look(line, PATIENCE);
      }
    }
  }

  /** When to look next, in the timeline's nanoseconds; null for when something has changed. */
  synchronized @Nullable Long next() {
    return byTime.isEmpty() ? null : byTime.first().next;
  }

  /** Whether one may go, since this was asked last, that waited for the one before it. */
  synchronized boolean released() {
    boolean some = released;
    released = false;
    return some;
  }

  private boolean mayGo(Delayed entry) {
    String key = String.valueOf(entry.message().key());
    Line line = lines.get(key);
    if (line == null) {
      line = new Line(key, entry.slot());
      lines.put(key, line);
      byHead.put(entry.slot().low(), line);
    } else if (line.head.low() != entry.slot().low()) {
      follow(line, entry.slot());
      return false;
    }
    line.sought = false;
    Duration wait = PublishFailure.wait(entry, parts.clock());
    if (!wait.isNegative() && !wait.isZero()) {
      line.head = entry.slot();
      open.hold(line.head);
      look(line, wait);
      return false;
    }
    // Held before it is there, or a reading could find it and take it for another one.
    line.head = onItsWay(entry.slot());
    open.hold(line.head);
    look(line, parts.settings().inFlight());
    return true;
  }

  private void follow(Line line, Slot slot) {
    if (line.firstForgotten == null && following < most) {
      following += line.followers.add(slot) ? 1 : 0;
      open.hold(slot);
      return;
    }
    Slot first = line.firstForgotten;
    Slot last = line.lastForgotten;
    line.firstForgotten = first == null || slot.compareTo(first) < 0 ? slot : first;
    line.lastForgotten = last == null || slot.compareTo(last) > 0 ? slot : last;
    open.forget(slot);
  }

  private void end(Line line) {
    byHead.remove(line.head.low());
    byTime.remove(line);
    Slot next = line.followers.pollFirst();
    if (next != null) {
      following--;
    } else if (line.firstForgotten != null) {
      next = line.firstForgotten;
      readAgain.accept(next, line.lastForgotten == null ? next : line.lastForgotten);
      line.firstForgotten = null;
      line.lastForgotten = null;
    }
    if (next == null) {
      lines.remove(line.key);
      return;
    }
    line.head = next;
    line.sought = false;
    byHead.put(next.low(), line);
    open.release(next);
    look(line, PATIENCE);
    released = true;
    wake.run();
  }

  private void missing(Slot slot) {
    Line line = byHead.get(slot.low());
    if (line != null && line.head.equals(slot)) {
      line.sought = true;
      look(line, PATIENCE);
      readAgain.accept(onItsWay(slot), slot);
    }
  }

  private @Nullable Line line(Delayed entry) {
    Line line = byHead.get(entry.slot().low());
    return line != null && line.key.equals(entry.message().key()) ? line : null;
  }

  private void look(Line line, Duration wait) {
    byTime.remove(line);
    line.next = parts.timeline().nanos() + wait.toNanos();
    byTime.add(line);
  }
}
