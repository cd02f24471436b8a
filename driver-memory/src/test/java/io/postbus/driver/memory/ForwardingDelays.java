package io.postbus.driver.memory;

import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Move;
import io.postbus.spi.Slot;
import java.sql.Connection;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does what another store's delays do. */
class ForwardingDelays implements DelayStore {
  final DelayStore good;

  ForwardingDelays(DelayStore good) {
    this.good = good;
  }

  @Override
  public int shards() {
    return good.shards();
  }

  @Override
  public void put(int shard, List<Delayed> entries) {
    good.put(shard, entries);
  }

  @Override
  public void put(Connection transaction, int shard, List<Delayed> entries) {
    good.put(transaction, shard, entries);
  }

  @Override
  public BitSet move(int shard, List<Move> moves) {
    return good.move(shard, moves);
  }

  @Override
  public List<Slot> slots(int shard, Slot after, Slot upTo, int limit) {
    return good.slots(shard, after, upTo, limit);
  }

  @Override
  public List<Delayed> get(int shard, Collection<Slot> slots) {
    return good.get(shard, slots);
  }

  @Override
  public List<Delayed> read(int shard, Slot after, Slot upTo, int limit) {
    return good.read(shard, after, upTo, limit);
  }

  @Override
  public Page find(DelayedQuery query, @Nullable String cursor, int limit) {
    return good.find(query, cursor, limit);
  }

  @Override
  public long count(DelayedQuery query) {
    return good.count(query);
  }
}
