package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetters;
import io.postbus.cli.Command;
import io.postbus.cli.Command.Result;
import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Failure;
import io.postbus.spi.Settings;
import io.postbus.spi.Slot;
import io.postbus.spi.Store;
import io.postbus.spi.StoreContext;
import io.postbus.spi.StoreProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;

/** A broker and a store in this JVM, on which a bus of the test and command lines meet. */
final class InMemory implements AutoCloseable {
  private final String name = UUID.randomUUID().toString();
  final Bus bus =
      Bus.builder()
          .set(Map.of("drivers.memory.name", name, "store.type", "memory", "store.name", name))
          .set("defaults.retry.in-place", List.of())
          .open();

  /** A command line on that broker. */
  Result run(String... args) {
    return run(Command.PLAIN, args);
  }

  Result run(Command command, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--set", "drivers.memory.name=" + name));
    all.addAll(List.of("--set", "store.type=memory", "--set", "store.name=" + name));
    return command.run(all.toArray(String[]::new));
  }

  /** Puts a dead letter of a message that could not be sent to its topic for too long. */
  void buryUnsent(String id, String topic) {
    Message m =
        Message.builder(topic, "X")
            .id(id)
            .body("payload".getBytes(StandardCharsets.UTF_8))
            .header("postbus-unsent", "DELAY")
            .build();
    Destination to = Destination.group(DeadLetters.UNSENT);
    Slot slot = Slot.of(Slot.NEVER, 0, id, to, 1);
    Failure failure = new Failure(m.time(), m.time(), "UNROUTABLE", "no group", "", 0);
    StoreProvider memory =
        ServiceLoader.load(StoreProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("memory"))
            .findFirst()
            .orElseThrow();
    try (Store store = memory.open(Settings.of(Map.of("name", name)), new Context())) {
      int shard = Slot.shard(m, store.delays().shards());
      store.delays().put(shard, List.of(new Delayed(slot, Kind.DEAD, to, m, 1, null, failure)));
    }
  }

  private record Context() implements StoreContext {
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
      return InstantSource.system();
    }

    @Override
    public int shards() {
      return 16;
    }

    @Override
    public Duration callTimeout() {
      return Duration.ofSeconds(5);
    }
  }

  @Override
  public void close() {
    bus.close();
  }
}
