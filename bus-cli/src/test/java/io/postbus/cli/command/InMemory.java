package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.cli.Command;
import io.postbus.cli.Command.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  @Override
  public void close() {
    bus.close();
  }
}
