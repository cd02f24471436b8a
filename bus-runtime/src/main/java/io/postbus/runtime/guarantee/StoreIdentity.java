package io.postbus.runtime.guarantee;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tells one store from every other: kept in the store itself, by whoever asks first, as an
 * entry that is never due. A second put of its slot changes nothing, so all nodes read the same.
 * Thread-safe; the first question blocks for two calls of the store.
 */
public final class StoreIdentity {
  private static final String NAME = "postbus.store";
  private static final Destination TO = Destination.group(NAME);
  private static final Slot SLOT = Slot.of(Slot.NEVER, 0, NAME, TO, 1);

  private final DelayStore store;
  private volatile @Nullable String known;

  public StoreIdentity(DelayStore store) {
    this.store = store;
  }

  /** The identity. Throws what the store throws. */
  public String value() {
    String value = known;
    if (value == null) {
      value = ask();
      known = value;
    }
    return value;
  }

  private String ask() {
    Message m =
        Message.builder(NAME, NAME)
            .id(NAME)
            .body(MessageId.next().getBytes(StandardCharsets.UTF_8))
            .build();
    int shard = Slot.shard(m, store.shards());
    List<Delayed> there = store.get(shard, List.of(SLOT));
    if (there.isEmpty()) {
      store.put(shard, List.of(new Delayed(SLOT, Kind.DEAD, TO, m, 1, null, null)));
      there = store.get(shard, List.of(SLOT));
    }
    if (there.isEmpty()) {
      throw new StoreException("The store has not kept its identity", true, null);
    }
    return new String(there.get(0).message().payload(), StandardCharsets.UTF_8);
  }
}
