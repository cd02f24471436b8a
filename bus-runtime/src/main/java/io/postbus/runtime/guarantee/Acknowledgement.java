package io.postbus.runtime.guarantee;

import io.postbus.runtime.publish.Ticket;
import io.postbus.spi.Slot;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That a group is done with a guaranteed message, as nodes of another store are told: a line of
 * text with the shard, the slot in which its entry was, and the time to acknowledge in ms.
 *
 * @param slot of the group's entry when the message was sent
 */
record Acknowledgement(int shard, Slot slot, Duration ackWithin) {
  /** Of the message by this group. */
  static Acknowledgement of(Ticket ticket, String messageId, String group) {
    return new Acknowledgement(ticket.shard(), ticket.slot(messageId, group), ticket.ackWithin());
  }

  /** The group to which they are sent for a store, which its nodes are members of. */
  static String group(String store) {
    return "postbus.acks." + store;
  }

  /** Where the entry may be by now, the likeliest first. */
  List<Slot> slots(Instant now) {
    return Ticket.slots(slot, ackWithin, now);
  }

  static byte[] write(List<Acknowledgement> all) {
    StringBuilder text = new StringBuilder(all.size() * 48);
    for (Acknowledgement a : all) {
      text.append(a.shard).append(' ').append(a.slot);
      text.append(' ').append(a.ackWithin.toMillis()).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** The lines that make sense. */
  static List<Acknowledgement> read(byte[] payload) {
    List<Acknowledgement> all = new ArrayList<>();
    new String(payload, StandardCharsets.US_ASCII)
        .lines()
        .forEach(line -> line(line).ifPresent(all::add));
    return all;
  }

  private static Optional<Acknowledgement> line(String line) {
    String[] parts = line.split(" ", -1);
    try {
      return parts.length != 3
          ? Optional.empty()
          : Optional.of(
              new Acknowledgement(
                  Integer.parseInt(parts[0]),
                  Slot.parse(parts[1]),
                  Ticket.ackWithin(Long.parseLong(parts[2]))));
    } catch (IllegalArgumentException | DateTimeException notOurs) {
      return Optional.empty();
    }
  }
}
