package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.DelayStore.Page;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Failure;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people ask: which entries, how many, page by page over all shards. */
abstract class FindContract extends StoreScene {
  FindContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void everyConditionNarrows() {
    Store store = namespaceOfItsOwn();
    Delayed delay = put(store, Kind.DELAY, Destination.topic("a"), "a", "Earned", "h-1", null, 1);
    Delayed retry =
        put(
            store,
            Kind.RETRY,
            Destination.group("m.g"),
            "a",
            "Reached",
            null,
            failed("Timeout"),
            2);
    Delayed outbox = put(store, Kind.OUTBOX, Destination.topic("b"), "b", "Earned", "h-2", null, 3);
    Delayed sure =
        put(store, Kind.GUARANTEED, Destination.group("m.g"), "b", "Earned", "h-1", null, 4);
    DelayedQuery all = DelayedQuery.ALL;
    finds(store, all, delay, retry, outbox, sure);
    finds(store, all.kinds(Kind.DELAY, Kind.OUTBOX), delay, outbox);
    finds(store, all.group("m.g"), retry, sure);
    finds(store, all.group("a"));
    finds(store, all.topic("a"), delay, retry);
    finds(store, all.type("Earned"), delay, outbox, sure);
    finds(store, all.messageId(outbox.message().id()), outbox);
    finds(store, all.handle("h-1"), delay, sure);
    finds(store, all.handle("absent"));
    finds(store, all.error("timeout"), retry);
    finds(store, all.error("IT SAID"), retry);
    finds(store, all.error("%"));
    finds(store, all.error("_"));
    finds(store, all.group("m.g").topic("b").type("Earned").handle("h-1"), sure);
    finds(store, all.group("m.g").handle("h-2"));
  }

  @Test
  void timesBoundWhatIsDue() {
    Store store = namespaceOfItsOwn();
    List<Delayed> entries = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      entries.add(put(store, Kind.DELAY, Destination.topic("a"), "a", "T", null, null, n));
    }
    DelayedQuery all = DelayedQuery.ALL;
    finds(store, all.between(at(1), at(3)), entries.get(1), entries.get(2));
    finds(store, all.between(at(3), null), entries.get(3), entries.get(4));
    finds(store, all.between(null, at(1)), entries.get(0));
    finds(store, all.between(at(2), at(2)));
  }

  /** They are never due, so they are ordered and bounded by when they failed. */
  @Test
  void deadLettersComeByTheirLastFailure() {
    Store store = namespaceOfItsOwn();
    List<Delayed> dead = new ArrayList<>();
    for (int n : new int[] {3, 0, 2, 1}) {
      dead.add(putDead(store, n));
    }
    dead.sort(Comparator.comparing(d -> last(d)));
    DelayedQuery all = DelayedQuery.ALL.kinds(Kind.DEAD);
    finds(store, all, dead.toArray(new Delayed[0]));
    finds(store, all.between(at(1), at(3)), dead.get(1), dead.get(2));
    assertThat(pages(store, all, 3)).isEqualTo(dead);
  }

  @Test
  void pagesTogetherAreEverything() {
    Store store = namespaceOfItsOwn();
    List<Delayed> entries = new ArrayList<>();
    for (int n = 0; n < 30; n++) {
      // Three due at the same time, in shards of their own.
      entries.add(put(store, Kind.DELAY, Destination.topic("a"), "a", "T", null, null, n / 3));
    }
    for (int limit : new int[] {1, 7, 10, 30, 100}) {
      List<Delayed> paged = pages(store, DelayedQuery.ALL, limit);
      assertThat(paged).containsExactlyInAnyOrderElementsOf(entries);
      assertThat(paged.stream().map(d -> d.slot().due())).isSorted();
    }
    assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(30);
  }

  /** What is removed behind the cursor must not make the next page skip anything. */
  @Test
  void pagesSurviveTheRemovalOfWhatTheyShowed() {
    Store store = namespaceOfItsOwn();
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < 20; n++) {
      ids.add(
          put(store, Kind.DELAY, Destination.topic("a"), "a", "T", null, null, n).message().id());
    }
    List<String> seen = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      Page page = store.delays().find(DelayedQuery.ALL, cursor, 6);
      for (Delayed d : page.entries()) {
        seen.add(d.message().id());
        int shard = Slot.shard(d.message(), SHARDS);
        store.delays().move(shard, List.of(Move.remove(d.slot())));
      }
      cursor = page.next();
    } while (cursor != null);
    assertThat(seen).isEqualTo(ids);
    assertThat(store.delays().count(DelayedQuery.ALL)).isZero();
  }

  private static void finds(Store store, DelayedQuery query, Delayed... expected) {
    Page page = store.delays().find(query, null, 100);
    assertThat(page.entries()).as("found by " + query).containsExactly(expected);
    assertThat(page.next()).isNull();
    assertThat(store.delays().count(query)).as("count of " + query).isEqualTo(expected.length);
  }

  private static List<Delayed> pages(Store store, DelayedQuery query, int limit) {
    List<Delayed> all = new ArrayList<>();
    @Nullable String cursor = null;
    do {
      Page page = store.delays().find(query, cursor, limit);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.entries());
      cursor = page.next();
    } while (cursor != null);
    return all;
  }

  /** Queries are over everything there is, so the other tests' entries must not be there. */
  private Store namespaceOfItsOwn() {
    return open(name("find"), SHARDS);
  }

  private Instant at(int second) {
    return due.plusSeconds(second);
  }

  private static Instant last(Delayed dead) {
    Failure failure = dead.failure();
    if (failure == null) {
      throw new AssertionError("A dead letter without its failure: " + dead);
    }
    return failure.last();
  }

  private static Failure failed(String error) {
    Instant then = Instant.parse("2026-01-01T00:00:00Z");
    return new Failure(then, then, "com.example." + error, "it said 100", "", 0);
  }

  private Delayed putDead(Store store, int second) {
    Failure failure = new Failure(due, at(second), "Poison", "said so", "", 0);
    return put(
        store, Kind.DEAD, Destination.group("m.g"), "a", "T", null, failure, Slot.NEVER, second);
  }

  private Delayed put(
      Store store,
      Kind kind,
      Destination to,
      String topic,
      String type,
      @Nullable String handle,
      @Nullable Failure failure,
      int second) {
    return put(store, kind, to, topic, type, handle, failure, at(second), second);
  }

  private static Delayed put(
      Store store,
      Kind kind,
      Destination to,
      String topic,
      String type,
      @Nullable String handle,
      @Nullable Failure failure,
      Instant at,
      int n) {
    Message message = Message.of(topic, type, Messages.bytes("body " + n));
    Slot slot = Slot.of(at, 0, message.id(), to, 1);
    Delayed entry = new Delayed(slot, kind, to, message, 1, handle, failure);
    store.delays().put(Slot.shard(message, SHARDS), List.of(entry));
    return entry;
  }
}
