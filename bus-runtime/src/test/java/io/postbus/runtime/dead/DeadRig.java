package io.postbus.runtime.dead;

import io.postbus.DeadLetters;
import io.postbus.driver.memory.MemoryBroker;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.connect.ConnectionEvents;
import io.postbus.runtime.connect.Connections;
import io.postbus.runtime.connect.DriverSettings;
import io.postbus.runtime.connect.Node;
import io.postbus.runtime.connect.Providers;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.connect.StoreSettings;
import io.postbus.runtime.publish.PostbusHeaders;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Driver;
import io.postbus.spi.Failure;
import io.postbus.spi.Group;
import io.postbus.spi.Located;
import io.postbus.spi.Move;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Start;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A group with dead letters in both places, on a memory broker and store of its own. */
final class DeadRig implements AutoCloseable {
  final MemoryBroker broker;
  final VirtualTimeline timeline = new VirtualTimeline(Instant.parse("2026-03-02T00:00:00Z"));
  private final StoreConnection store;
  private final Connections connections;
  private final Redriving redriving;

  DeadRig() {
    String name = MessageId.next();
    broker = MemoryBroker.named(name);
    Providers providers = Providers.load(getClass().getClassLoader());
    Node node = new Node("", Node.uniqueName(), InstantSource.system(), Duration.ofSeconds(5));
    Located section = new Located(Map.of("name", new Located(name, "")), "");
    Settings settings = Settings.of("", section);
    store =
        StoreConnection.open(
            providers, new StoreSettings("memory", settings, section, false, 4), node);
    connections =
        new Connections(
            providers,
            Map.of("main", new DriverSettings("main", "memory", settings, section)),
            "main",
            node,
            Duration.ofSeconds(5),
            OptionalInt.of(100),
            ConnectionEvents.NONE);
    redriving = new Redriving(new Sending(), timeline, Duration.ofSeconds(5), () -> false);
    declare("a");
  }

  DeadLetters stored(String group) {
    return new GroupDeadLetters(group, store.store(), List.of(), redriving);
  }

  DeadLetters onBroker(String group) {
    return new GroupDeadLetters(group, store.store(), List.of(connections.byDefault()), redriving);
  }

  void store(String group, Message m, int attempts, Failure failure) {
    Destination to = Destination.group(group);
    Slot slot = Slot.of(Slot.NEVER, 0, m.id(), to, attempts);
    int shard = Slot.shard(m, store.store().delays().shards());
    Delayed dead = new Delayed(slot, Kind.DEAD, to, m, attempts, null, failure);
    store.store().delays().put(shard, List.of(dead));
  }

  void toBroker(String group, Message m, int attempts, Failure failure) {
    toBroker(group, PostbusHeaders.dead(m, attempts, failure));
  }

  void toBroker(String group, Message m) {
    declare("dlq." + group);
    connections
        .byDefault()
        .confirmed()
        .send(Destination.group("dlq." + group), m)
        .toCompletableFuture()
        .join();
  }

  long ready(String group) {
    return broker.backlog(group).ready();
  }

  /** The next message of the group, as a member gets it. */
  Message handedOut(String group) {
    Group g = Group.direct(group, Instant.EPOCH);
    try (Consumer member =
        driver().consumer(new ConsumerSpec(g, 10, Start.LATEST), (gone, until) -> {})) {
      return member.poll(1, Duration.ofSeconds(5)).get(0).message();
    }
  }

  private final class Sending implements Resending {
    @Override
    public CompletionStage<Void> send(@Nullable String connection, String group, Message m) {
      return connections.get(connection).confirmed().send(Destination.group(group), m);
    }

    @Override
    public CompletionStage<Boolean> fire(Delayed dead, Delayed again) {
      int shard = Slot.shard(dead.message(), store.store().delays().shards());
      List<Move> moves = List.of(new Move(dead.slot(), List.of(again)));
      boolean moved = store.store().delays().move(shard, moves).get(0);
      return CompletableFuture.completedFuture(moved);
    }
  }

  private void declare(String group) {
    driver().topology().declare(Group.direct(group, Instant.EPOCH), Start.LATEST);
  }

  private Driver driver() {
    return connections.byDefault().driver();
  }

  @Override
  public void close() {
    connections.close();
    store.close();
    broker.close();
  }
}
