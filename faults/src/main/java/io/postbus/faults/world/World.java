package io.postbus.faults.world;

import io.postbus.faults.history.History;
import io.postbus.faults.node.NodePlan;
import io.postbus.faults.node.Traffic;
import io.postbus.tck.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Broker, store, one node that publishes and several that handle. One thread. */
public final class World implements AutoCloseable {
  private static final Duration OPENING = Duration.ofSeconds(60);

  private final Ground ground;
  private final Path folder;
  private final History history =
      new History(Set.of(Traffic.STRICT, Traffic.LOOSE), Set.of(Traffic.STRICT));
  private final List<NodeHandle> nodes = new ArrayList<>();

  private World(Ground ground, Path folder) {
    this.ground = ground;
    this.folder = folder;
  }

  /** Starts everything, and returns when all nodes are ready. */
  public static World open(Ground ground, Path folder, int consumers) {
    World world = new World(ground, folder);
    try {
      for (int i = 1; i <= consumers; i++) {
        world.add("c" + i, true);
      }
      world.nodes.forEach(NodeHandle::start);
      world.awaitReady();
      // Afterwards: a topic without groups would refuse what is published.
      world.add("p1", false);
      world.publisher().start();
      world.awaitReady();
      return world;
    } catch (RuntimeException | AssertionError e) {
      world.close();
      throw e;
    }
  }

  private void add(String name, boolean handles) {
    Map<String, String> bus = new HashMap<>(ground.settings(name));
    bus.putAll(ground.store().settings(name));
    bus.put("publish.timeout", "5s");
    bus.put("call-timeout", "5s");
    bus.put("shutdown.grace", "10s");
    bus.put("topics." + Traffic.TOPIC + ".ack-within", "4s");
    Path journal = folder.resolve(name + ".journal");
    try {
      Files.createFile(journal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    history.follow(journal);
    nodes.add(ground.node(new NodePlan(name, handles, Duration.ZERO, journal, bus), folder));
  }

  private void awaitReady() {
    Eventually.within(OPENING)
        .until(
            "all nodes are ready or one has ended",
            () -> nodes.stream().allMatch(NodeHandle::ready) || ended().isPresent());
    ended()
        .ifPresent(
            node -> {
              throw new IllegalStateException(node.name() + " has ended:\n" + node.log());
            });
  }

  private Optional<NodeHandle> ended() {
    return nodes.stream().filter(node -> !node.running()).findFirst();
  }

  /** Whether every node that runs says that it is ready. */
  public boolean ready() {
    return nodes.stream().allMatch(node -> !node.running() || node.ready());
  }

  public Ground ground() {
    return ground;
  }

  public History history() {
    return history;
  }

  public List<NodeHandle> nodes() {
    return nodes;
  }

  public NodeHandle publisher() {
    return nodes.stream().filter(n -> !n.handles()).findFirst().orElseThrow();
  }

  public List<NodeHandle> consumers() {
    return nodes.stream().filter(NodeHandle::handles).toList();
  }

  public Path folder() {
    return folder;
  }

  @Override
  public void close() {
    nodes.forEach(NodeHandle::close);
    history.close();
    ground.close();
  }
}
