package io.postbus.tck;

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
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** What the tests of stores have at hand: stores on one backend, entries. */
abstract class StoreScene extends Scene {
  static final int SHARDS = 4;

  /** No entry of one test is due near those of another. */
  private static final Instant FUTURE = Instant.parse("2040-01-01T00:00:00Z");

  final StoreFixture fixture;

  /** Every entry of a test has its key, and therefore its shard. */
  final String key = name("key");

  final Instant due = FUTURE.plusSeconds(ThreadLocalRandom.current().nextInt(1_000_000_000));

  StoreScene(StoreFixture fixture) {
    super(fixture.patience());
    this.fixture = fixture;
  }

  /** One process's view of the backend that all tests share. */
  final Store open() {
    return open("tck", SHARDS);
  }

  final Store open(String namespace, int shards) {
    Settings settings = Settings.of(fixture.settings());
    return closing(fixture.provider().open(settings, new Context(namespace, name("node"), shards)));
  }

  final int shard() {
    return Slot.shard(Messages.keyed("topic", key, 0), SHARDS);
  }

  /** Everything that is due when this test's entries are. */
  final List<Delayed> readAll(Store store) {
    return store.delays().read(shard(), before(due), before(due.plusSeconds(60)), 10_000);
  }

  static Slot before(Instant time) {
    return Slot.from(time.minusMillis(1));
  }

  /** So many entries, due a millisecond after one another. */
  final List<Delayed> entries(int count) {
    return IntStream.range(0, count).mapToObj(n -> entry(due.plusMillis(n), n)).toList();
  }

  final Delayed entry(Instant at, int n) {
    return entry(Messages.keyed("topic", key, n), at);
  }

  static Delayed entry(Message message, Instant at) {
    Destination to = Destination.topic(message.topic());
    Slot slot = Slot.of(at, 0, message.id(), to, 1);
    return new Delayed(slot, Kind.DELAY, to, message, 1, null, null);
  }

  record Context(String namespace, String node, int shards) implements StoreContext {
    @Override
    public InstantSource clock() {
      return InstantSource.system();
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(15);
    }
  }
}
