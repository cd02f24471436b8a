package io.postbus.runtime.delay;

import io.postbus.driver.memory.MemoryStoreProvider;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.DelayedQuery;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreCapability;
import io.postbus.spi.StoreContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A memory store under virtual time, and the nodes that work on it, all on the test's thread. */
public final class DelayWorld implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final int SHARDS = 16;

  final VirtualTimeline time = new VirtualTimeline(START);
  final Store store = openStore(time, SHARDS);
  final Publications published = new Publications(time);
  private final List<Node> nodes = new ArrayList<>();

  /** An engine and the ends of its wires. */
  record Node(DelayEngine engine, NodeTime time, ReachedStore store) {
    /** Ends it as kill -9 does. */
    void kill() {
      store.fault = new io.postbus.spi.ClosedException("A killed node's store");
      time.die();
    }
  }

  /** A memory store of its own. */
  public static Store openStore(InstantSource clock, int shards) {
    return new MemoryStoreProvider()
        .open(
            Settings.of(Map.of("name", MessageId.next())),
            new StoreContext() {
              @Override
              public String namespace() {
                return "";
              }

              @Override
              public String node() {
                return "test";
              }

              @Override
              public InstantSource clock() {
                return clock;
              }

              @Override
              public int shards() {
                return shards;
              }

              @Override
              public Duration callTimeout() {
                return Duration.ofSeconds(5);
              }
            });
  }

  /** A node that has started, like one beside others on a database. */
  Node node(String name) {
    Node node = make(DelaySettings.of("test", name), StoreCapability.SHARED);
    node.engine.start();
    return node;
  }

  Node make(DelaySettings settings, StoreCapability... capabilities) {
    ReachedStore reached = new ReachedStore(store, capabilities);
    NodeTime own = new NodeTime(time, Runnable::run);
    return make(settings, reached, own, published, DelayEvents.NONE);
  }

  Node make(
      DelaySettings settings,
      ReachedStore reached,
      NodeTime own,
      Outlet outlet,
      DelayEvents events) {
    DelayEngine engine = new DelayEngine(settings, reached, own, own, outlet, events, null);
    Node node = new Node(engine, own, reached);
    nodes.add(node);
    return node;
  }

  void advance(long millis) {
    time.advance(Duration.ofMillis(millis));
  }

  /** How far time has come since the start. */
  long now() {
    return Duration.between(START, time.instant()).toMillis();
  }

  Delayed entry(String id, long dueMillis) {
    return entry(id, START.plusMillis(dueMillis), null);
  }

  static Delayed entry(String id, Instant due, @Nullable String handle) {
    return entry(Message.builder("orders", "Placed").id(id).time(START).build(), due, handle);
  }

  static Delayed entry(Message message, Instant due, @Nullable String handle) {
    Destination to = Destination.topic("orders");
    Slot slot = Slot.of(due, 0, message.id(), to, 1);
    return new Delayed(slot, Kind.DELAY, to, message, 1, handle, null);
  }

  /** Puts as the engine of another process would: the engines here are not told. */
  void putBehindTheirBacks(Delayed entry) {
    store.delays().put(Slot.shard(entry.message(), SHARDS), List.of(entry));
  }

  long waiting() {
    return store.delays().count(DelayedQuery.ALL);
  }

  static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().getNow(null);
  }

  @Override
  public void close() {
    nodes.stream().filter(n -> n.store.fault == null).forEach(n -> n.engine.stop(Duration.ZERO));
    store.close();
  }
}
