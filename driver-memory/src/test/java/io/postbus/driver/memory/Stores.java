package io.postbus.driver.memory;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens stores and makes entries. */
final class Stores {
  static final String NAMESPACE = "test.";

  private Stores() {}

  static Store open(String name, Map<String, ?> settings, InstantSource clock, int shards) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("name", name);
    return new MemoryStoreProvider().open(Settings.of(all), new Context(clock, shards));
  }

  private record Context(InstantSource clock, int shards) implements StoreContext {
    @Override
    public String namespace() {
      return NAMESPACE;
    }

    @Override
    public String node() {
      return "node";
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(5);
    }
  }

  static Delayed entry(Instant due) {
    return entry(due, Kind.DELAY, null);
  }

  static Delayed entry(Instant due, Kind kind, @Nullable String handle) {
    Message m = Message.of("t", "Counted", new byte[10]);
    Destination to = Destination.group("g");
    return new Delayed(Slot.of(due, 0, m.id(), to, 1), kind, to, m, 1, handle, null);
  }
}
