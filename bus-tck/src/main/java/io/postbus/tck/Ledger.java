package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Received;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has been handed to the members of a group, and who holds which key. Thread-safe. A message
 * is numbered within its key.
 */
final class Ledger {
  private final Map<String, Integer> times = new HashMap<>();
  private final Map<String, List<Integer>> firsts = new TreeMap<>();
  private final Map<String, Hold> held = new HashMap<>();
  private final List<String> overlaps = new ArrayList<>();

  /** Who holds unsettled messages of a key, and how many. */
  private record Hold(Object member, int messages) {}

  /** The delivery has been handed to the member. */
  synchronized void taken(Object member, Received delivery) {
    String id = delivery.message().id();
    String key = String.valueOf(delivery.message().key());
    if (times.merge(id, 1, Integer::sum) == 1) {
      firsts.computeIfAbsent(key, k -> new ArrayList<>()).add(Messages.number(delivery));
    }
    Hold hold = held.get(key);
    if (hold != null && hold.member() != member) {
      overlaps.add(key + " went to a second member while the first held " + hold.messages());
    }
    held.put(key, new Hold(member, hold == null ? 1 : hold.messages() + 1));
  }

  /** The member is about to settle it. */
  synchronized void settling(Received delivery) {
    String key = String.valueOf(delivery.message().key());
    held.computeIfPresent(
        key, (k, h) -> h.messages() == 1 ? null : new Hold(h.member(), h.messages() - 1));
  }

  synchronized int size() {
    return times.size();
  }

  synchronized Set<String> ids() {
    return Set.copyOf(times.keySet());
  }

  synchronized void containsAll(Collection<String> ids) {
    List<String> missing = ids.stream().filter(id -> !times.containsKey(id)).toList();
    assertThat(missing).as("not delivered of " + ids.size()).isEmpty();
  }

  /** Every message was handed out once only. */
  synchronized void hasNoDuplicates() {
    assertThat(times.values()).as("deliveries of each message").allMatch(n -> n == 1);
  }

  /** Every key's messages came first in the order of their numbers. */
  synchronized void isInOrder() {
    firsts.forEach((key, numbers) -> assertThat(numbers).as("order of " + key).isSorted());
  }

  /** No two members ever held messages of one key. */
  synchronized void hasNoOverlaps() {
    assertThat(overlaps).as("keys at two members").isEmpty();
  }
}
