package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Failure;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is put in is there, once, for every node, in the order of its slots. */
abstract class DelayContract extends StoreScene {
  DelayContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void anEntryIsReadAsItWasPut() {
    List<Delayed> entries = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      entries.add(full(kind, due.plusMillis(entries.size())));
    }
    Store store = open();
    store.delays().put(shard(), entries);
    List<Delayed> read = readAll(open());
    assertThat(read).isEqualTo(entries);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i).message().payload()).isEqualTo(entries.get(i).message().payload());
    }
  }

  @Test
  void anEntryWithNothingButItsNamesIsReadAsItWasPut() {
    Store store = open();
    Delayed bare = entry(Message.builder("topic", "Bare").key(key).body(new byte[0]).build(), due);
    store.delays().put(shard(), List.of(bare));
    assertThat(readAll(store)).containsExactly(bare);
  }

  @Test
  void largeEntriesAreKept() {
    Store store = open();
    byte[] payload = new byte[1_000_000];
    payload[999_999] = 7;
    Delayed large =
        entry(
            Message.builder("topic", "Large")
                .key(key)
                .header("long", "x".repeat(20_000))
                .body(payload)
                .build(),
            due);
    store.delays().put(shard(), List.of(large));
    assertThat(readAll(store)).containsExactly(large);
    assertThat(readAll(store).get(0).message().payload()).isEqualTo(payload);
  }

  @Test
  void whatIsNeverDueIsKeptToo() {
    Store store = open();
    Delayed dead = full(Kind.DEAD, Slot.NEVER);
    store.delays().put(shard(), List.of(dead));
    assertThat(store.delays().get(shard(), List.of(dead.slot()))).containsExactly(dead);
    assertThat(store.delays().read(shard(), Slot.from(Slot.NEVER), Slot.MAX, 10_000))
        .contains(dead);
    assertThat(readAll(store)).isEmpty();
  }

  /** As after an unknown outcome: same slots, in part there already. */
  @Test
  void puttingAgainAddsWhatIsMissingAndChangesNothing() {
    Store store = open();
    List<Delayed> entries = entries(10);
    store.delays().put(shard(), entries.subList(0, 6));
    List<Delayed> changed = new ArrayList<>();
    for (Delayed d : entries) {
      changed.add(
          new Delayed(d.slot(), Kind.OUTBOX, d.destination(), d.message(), 9, "other", null));
    }
    open().delays().put(shard(), changed);
    List<Delayed> expected = new ArrayList<>(entries.subList(0, 6));
    expected.addAll(changed.subList(6, 10));
    assertThat(readAll(store)).isEqualTo(expected);
  }

  @Test
  void aSlotTwiceInABatchIsOneEntry() {
    Store store = open();
    Delayed entry = entry(due, 0);
    store.delays().put(shard(), List.of(entry, entry));
    assertThat(readAll(store)).containsExactly(entry);
  }

  @Test
  void entriesComeInTheOrderOfTheirSlots() {
    Store store = open();
    List<Delayed> entries = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      Message m = Messages.keyed("topic", key, n);
      Destination to = Destination.topic("topic");
      // Four a millisecond, of two orders; the hash decides the rest, also where it is negative.
      Slot slot = Slot.of(due.plusMillis(n / 4), n % 2, m.id(), to, 1);
      entries.add(new Delayed(slot, Kind.DELAY, to, m, 1, null, null));
    }
    List<Delayed> shuffled = new ArrayList<>(entries);
    Collections.shuffle(shuffled);
    store.delays().put(shard(), shuffled);
    entries.sort((a, b) -> a.slot().compareTo(b.slot()));
    assertThat(readAll(store)).isEqualTo(entries);
  }

  @Test
  void aRangeBeginsAfterItsStartAndEndsWithItsEnd() {
    Store store = open();
    List<Delayed> entries = entries(10);
    store.delays().put(shard(), entries);
    Slot first = entries.get(0).slot();
    Slot fifth = entries.get(4).slot();
    assertThat(store.delays().read(shard(), first, fifth, 100)).isEqualTo(entries.subList(1, 5));
    assertThat(store.delays().slots(shard(), first, fifth, 100))
        .isEqualTo(slots(entries.subList(1, 5)));
    assertThat(store.delays().read(shard(), first, fifth, 2)).isEqualTo(entries.subList(1, 3));
    assertThat(store.delays().slots(shard(), first, fifth, 2))
        .isEqualTo(slots(entries.subList(1, 3)));
    assertThat(store.delays().slots(shard(), fifth, fifth, 10)).isEmpty();
    assertThat(store.delays().slots(shard(), fifth, first, 10)).isEmpty();
    assertThat(store.delays().slots(shard(), Slot.MIN, Slot.MAX, 100_000))
        .containsSubsequence(slots(entries));
  }

  @Test
  void aShardHasItsOwnEntriesOnly() {
    Store store = open();
    store.delays().put(shard(), entries(5));
    int other = (shard() + 1) % SHARDS;
    assertThat(store.delays().slots(other, before(due), before(due.plusSeconds(60)), 100))
        .isEmpty();
    assertThat(store.delays().get(other, slots(entries(5)))).isEmpty();
    assertThat(store.delays().shards()).isEqualTo(SHARDS);
  }

  @Test
  void gettingBringsWhatIsThereInOrder() {
    Store store = open();
    List<Delayed> entries = entries(10);
    store.delays().put(shard(), entries.subList(2, 8));
    List<Slot> wanted = new ArrayList<>(slots(entries));
    Collections.reverse(wanted);
    assertThat(store.delays().get(shard(), wanted)).isEqualTo(entries.subList(2, 8));
    assertThat(store.delays().get(shard(), List.of())).isEmpty();
  }

  @Test
  void aBatchHasALimit() {
    Store store = open();
    List<Delayed> most = entries(DelayStore.MAX_BATCH);
    store.delays().put(shard(), most);
    assertThat(readAll(store)).isEqualTo(most);
    store.delays().put(shard(), List.of());
    assertThatThrownBy(() -> store.delays().put(shard(), entries(DelayStore.MAX_BATCH + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(readAll(store)).isEqualTo(most);
  }

  @Test
  void namespacesAreApart() {
    Store store = open();
    Store other = open("other", SHARDS);
    store.delays().put(shard(), entries(5));
    assertThat(readAll(other)).isEmpty();
  }

  /** An entry in which nothing is left out. */
  private Delayed full(Kind kind, Instant at) {
    Message message =
        Message.builder("größe", "Full")
            .id(name("id"))
            .key(key)
            .source("urn:shop")
            .subject("7")
            .contentType("application/json")
            .time(Instant.parse("2001-02-03T04:05:06.789Z"))
            .expiry(Instant.parse("2999-12-31T23:59:59.001Z"))
            .header("a", "größe 日本 🚚 \"\\\n'")
            .header("empty", "")
            .header("postbus-entry", "1/2/3/4")
            .body(new byte[] {0, 1, (byte) 0xFF, '\'', '\\'})
            .build();
    Destination to =
        kind == Kind.DELAY || kind == Kind.OUTBOX
            ? Destination.topic("größe")
            : Destination.group("module.größe");
    Failure failure =
        new Failure(
            Instant.parse("2026-01-01T00:00:00.001Z"),
            Instant.parse("2026-01-02T00:00:00.002Z"),
            "java.lang.IllegalStateException",
            "it said 'größe' 🚚",
            "at x\n\tat y",
            3);
    return new Delayed(
        Slot.of(at, 7, message.id(), to, 4), kind, to, message, 4, "order:7 größe", failure);
  }

  static List<Slot> slots(List<Delayed> entries) {
    return entries.stream().map(Delayed::slot).toList();
  }
}
