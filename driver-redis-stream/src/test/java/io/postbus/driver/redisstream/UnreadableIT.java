package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.testbrokers.RedisBroker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entries that somebody has spoilt, or that a newer version has written. */
class UnreadableIT {
  private static final Instant DUE = Instant.parse("2040-01-01T00:00:00Z");
  private static final String SPOIL =
      "for _, slot in ipairs(redis.call('HKEYS', KEYS[1])) do"
          + " redis.call('HSET', KEYS[1], slot, 'spoilt') end return 1";

  @Test
  void areLeftWhereTheyAreAndHoldBackNoOther() {
    try (RedisBroker broker = RedisBroker.open();
        Store store =
            new RedisStoreProvider()
                .open(
                    Settings.of(Map.of("uris", List.of(broker.uri().toString()))), new Context())) {
      List<Delayed> all = IntStream.range(0, 6).mapToObj(UnreadableIT::entry).toList();
      store.delays().put(0, all.subList(0, 4));
      broker.redisCli("EVAL", SPOIL, "1", "{postbus:delay:0}:entries");
      store.delays().put(0, all.subList(4, 6));
      List<Slot> slots = all.stream().map(Delayed::slot).toList();

      assertThat(ids(store.delays().get(0, slots))).containsExactly("id-4", "id-5");
      assertThat(ids(store.delays().read(0, Slot.MIN, slots.get(5), 100)))
          .containsExactly("id-4", "id-5");
      assertThat(store.delays().slots(0, Slot.MIN, slots.get(5), 100)).isEqualTo(slots);
    }
  }

  private static List<String> ids(List<Delayed> entries) {
    return entries.stream().map(d -> d.message().id()).toList();
  }

  private static Delayed entry(int n) {
    Message m = Message.builder("topic", "Type").id("id-" + n).body(new byte[10]).build();
    Destination to = Destination.topic("topic");
    Slot slot = Slot.of(DUE.plusMillis(n), 0, m.id(), to, 1);
    return new Delayed(slot, Kind.DELAY, to, m, 1, null, null);
  }

  private record Context() implements StoreContext {
    @Override
    public String namespace() {
      return "";
    }

    @Override
    public String node() {
      return "node";
    }

    @Override
    public int shards() {
      return 4;
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(10);
    }

    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }
  }
}
