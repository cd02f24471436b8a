package io.postbus.faults.world;

import io.postbus.faults.node.Node;
import io.postbus.faults.node.NodePlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node in this JVM, for brokers that live in it. Not safe against several threads. */
final class LocalNode implements NodeHandle {
  private static final Duration NO_GRACE = Duration.ofSeconds(1);

  private final NodePlan plan;
  private @Nullable Node node;

  LocalNode(NodePlan plan) {
    Map<String, String> bus = new HashMap<>(plan.bus());
    bus.put("health.required", "true");
    this.plan = new NodePlan(plan.name(), plan.handles(), plan.clockOff(), plan.journal(), bus);
  }

  @Override
  public String name() {
    return plan.name();
  }

  @Override
  public boolean handles() {
    return plan.handles();
  }

  @Override
  public void start() {
    node = new Node(plan);
  }

  @Override
  public boolean running() {
    return node != null;
  }

  @Override
  public void command(String line) {
    Node running = node;
    if (running == null) {
      throw new IllegalStateException(name() + " is not running");
    }
    running.command(line);
  }

  @Override
  public boolean ready() {
    Node running = node;
    return running != null && running.health().ready();
  }

  @Override
  public boolean live() {
    Node running = node;
    return running != null && running.health().live();
  }

  @Override
  public String log() {
    return "";
  }

  @Override
  public boolean stop(Duration limit) {
    Node running = node;
    node = null;
    if (running == null) {
      return true;
    }
    long begun = System.nanoTime();
    running.close();
    return System.nanoTime() - begun <= limit.toNanos();
  }

  @Override
  public void close() {
    Node running = node;
    node = null;
    if (running != null) {
      running.close(NO_GRACE);
    }
  }
}
