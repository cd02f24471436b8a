package io.postbus.runtime.publish;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Slot;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a guaranteed message carries, so that each group that gets it finds its own entry in the
 * publisher's store and takes it away. Immutable.
 *
 * @param store the identity of the store that has the entries
 * @param due when they fire unless they are taken away
 * @param attempt of the entries: failures so far + 1
 * @param ackWithin how long a group has, each time it is sent
 */
public record Ticket(
    String store, int shard, Instant due, int order, int attempt, Duration ackWithin) {
  private static final String ENTRY = Message.RESERVED_HEADERS + "entry";
  private static final String STORE = Message.RESERVED_HEADERS + "store";
  private static final String GUARANTEED = Message.RESERVED_HEADERS + "guaranteed";

  /** The ticket of the message, or null if it has none that makes sense. */
  public static @Nullable Ticket of(Message m) {
    String entry = m.header(ENTRY);
    String store = m.header(STORE);
    Duration ackWithin = ackWithin(m);
    if (entry == null || store == null || ackWithin == null) {
      return null;
    }
    String[] parts = entry.split("/", -1);
    try {
      return parts.length != 4
          ? null
          : new Ticket(
              store,
              Integer.parseInt(parts[0]),
              Instant.ofEpochMilli(Long.parseLong(parts[1])),
              Integer.parseInt(parts[2]),
              Integer.parseInt(parts[3]),
              ackWithin);
    } catch (NumberFormatException | DateTimeException notOurs) {
      return null;
    }
  }

  /** The message with this ticket. */
  public Message on(Message m) {
    return promised(m, ackWithin).toBuilder()
        .header(ENTRY, shard + "/" + due.toEpochMilli() + "/" + order + "/" + attempt)
        .header(STORE, store)
        .build();
  }

  /** Where the group's entry for the message is at first. */
  public Slot slot(String messageId, String group) {
    return Slot.of(due, order, messageId, Destination.group(group), attempt);
  }

  /**
   * Where the group's entry may be by now, the likeliest first: whenever it is overdue it moves on
   * by whole times to acknowledge, so that every copy of the message finds it.
   */
  public List<Slot> slots(String messageId, String group, Instant now) {
    return slots(slot(messageId, group), ackWithin, now);
  }

  /** The same for an entry that was first in this slot. */
  public static List<Slot> slots(Slot first, Duration ackWithin, Instant now) {
    Instant due = first.due();
    if (now.isBefore(due)) {
      return List.of(first);
    }
    long over = Duration.between(due, now).dividedBy(ackWithin);
    return LongStream.of(0, over + 1, over, over + 2)
        .distinct()
        .mapToObj(times -> first.at(due.plus(ackWithin.multipliedBy(times))))
        .toList();
  }

  /**
   * When an entry that is overdue is due again, by whole times to acknowledge: half of one left.
   */
  public static Instant next(Instant due, Duration ackWithin, Instant now) {
    Instant soonest = now.plus(ackWithin.dividedBy(2));
    long times = Duration.between(due, soonest).dividedBy(ackWithin);
    return due.plus(ackWithin.multipliedBy(Math.max(1, times + 1)));
  }

  /** The message as one that waits in the store and is guaranteed once it is sent. */
  public static Message promised(Message m, Duration ackWithin) {
    return m.header(GUARANTEED, Long.toString(ackWithin.toMillis()));
  }

  /** How long a group has to acknowledge the message; null if it is not guaranteed. */
  public static @Nullable Duration ackWithin(Message m) {
    String millis = m.header(GUARANTEED);
    try {
      return millis == null ? null : ackWithin(Long.parseLong(millis));
    } catch (NumberFormatException notOurs) {
      return null;
    }
  }

  /** The time to acknowledge that was written as so many milliseconds. */
  public static Duration ackWithin(long millis) {
    return Duration.ofMillis(Math.max(100, millis));
  }
}
