package io.postbus.store.jdbc;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stores as processes open them, and entries. */
final class Nodes {
  static final int SHARDS = 4;
  static final Instant DUE = Instant.parse("2040-01-01T00:00:00Z");

  private static final AtomicInteger NAMES = new AtomicInteger();

  private Nodes() {}

  record Context(String namespace, String node, int shards, Duration callTimeout)
      implements StoreContext {
    static Context within(Duration limit) {
      return new Context("", unique("node"), SHARDS, limit);
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }
  }

  /** A name that no other test uses, also as a prefix of tables. */
  static String unique(String word) {
    return word + "_" + NAMES.incrementAndGet() + "_";
  }

  static Store open(Map<String, Object> settings) {
    return open(settings, Duration.ofSeconds(10));
  }

  static Store open(Map<String, Object> settings, Duration limit) {
    return new JdbcStoreProvider().open(Settings.of(settings), Context.within(limit));
  }

  static StoreSchema schema(Map<String, Object> settings) {
    Context context = Context.within(Duration.ofSeconds(10));
    return new JdbcStoreProvider().schema(Settings.of(settings), context).orElseThrow();
  }

  static Map<String, Object> with(Map<String, Object> settings, String key, Object value) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(key, value);
    return all;
  }

  static Delayed entry(int n) {
    return entry(n, new byte[100], null);
  }

  static Delayed entry(int n, byte[] payload, @Nullable String handle) {
    Message m = Message.builder("topic", "Type").id("id-" + n).body(payload).build();
    Destination to = Destination.topic("topic");
    Slot slot = Slot.of(DUE.plusMillis(n), 0, m.id(), to, 1);
    return new Delayed(slot, Kind.DELAY, to, m, 1, handle, null);
  }
}
