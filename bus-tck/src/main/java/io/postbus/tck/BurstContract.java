package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many entries that are due in the same millisecond. */
@Timeout(300)
abstract class BurstContract extends StoreScene {
  BurstContract(StoreFixture fixture) {
    super(fixture);
  }

  @Test
  void manyEntriesMayBeDueInOneMillisecond() throws Exception {
    String namespace = name("burst");
    Map<Integer, List<Delayed>> byShard = byShard(fixture.volume());
    Store store = open(namespace, SHARDS);
    // Half of the batches twice, as after an unknown outcome.
    inParallel(
        byShard,
        (shard, entries) ->
            batches(
                entries,
                batch -> {
                  store.delays().put(shard, batch);
                  if (batch.hashCode() % 2 == 0) {
                    store.delays().put(shard, batch);
                  }
                }));
    assertThat(store.delays().count(DelayedQuery.ALL)).isEqualTo(fixture.volume());
    inParallel(byShard, (shard, entries) -> isReadInOrder(store, shard, entries));
    Store other = open(namespace, SHARDS);
    inParallel(
        byShard, (shard, entries) -> batches(entries, batch -> removes(other, shard, batch)));
    assertThat(store.delays().count(DelayedQuery.ALL)).isZero();
  }

  private static void removes(Store store, int shard, List<Delayed> batch) {
    List<Move> moves = batch.stream().map(d -> Move.remove(d.slot())).toList();
    assertThat(store.delays().move(shard, moves).cardinality()).isEqualTo(batch.size());
  }

  private void isReadInOrder(Store store, int shard, List<Delayed> entries) {
    List<Slot> read = new ArrayList<>();
    Slot after = before(due);
    while (true) {
      List<Slot> some = store.delays().slots(shard, after, Slot.from(due.plusMillis(1)), 2_000);
      if (some.isEmpty()) {
        break;
      }
      read.addAll(some);
      after = some.get(some.size() - 1);
    }
    assertThat(read).isEqualTo(entries.stream().map(Delayed::slot).sorted().toList());
  }

  private Map<Integer, List<Delayed>> byShard(int count) {
    Map<Integer, List<Delayed>> all = new TreeMap<>();
    for (int n = 0; n < count; n++) {
      Message message = Message.of("topic", "Burst", new byte[32]);
      all.computeIfAbsent(Slot.shard(message, SHARDS), s -> new ArrayList<>())
          .add(entry(message, due));
    }
    return all;
  }

  private interface Work<T> {
    void on(T what);
  }

  private interface ShardWork {
    void on(int shard, List<Delayed> entries);
  }

  private void inParallel(Map<Integer, List<Delayed>> byShard, ShardWork work) throws Exception {
    List<Callable<Void>> all =
        byShard.entrySet().stream()
            .<Callable<Void>>map(
                e ->
                    () -> {
                      work.on(e.getKey(), e.getValue());
                      return null;
                    })
            .toList();
    InParallel.run(all, patience().multipliedBy(4));
  }

  private static void batches(List<Delayed> entries, Work<List<Delayed>> work) {
    IntStream.iterate(0, from -> from < entries.size(), from -> from + DelayStore.MAX_BATCH)
        .forEach(
            from ->
                work.on(
                    entries.subList(from, Math.min(from + DelayStore.MAX_BATCH, entries.size()))));
  }
}
