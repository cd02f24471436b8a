package io.postbus.runtime.bus;

import io.postbus.Health;
import io.postbus.Health.ConsumerHealth;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.driver.memory.MemoryBroker;
import io.postbus.driver.memory.MemoryStorage;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.time.VirtualTimeline;
import io.postbus.spi.Backlog;
import io.postbus.spi.ConnectionState;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** A bus in virtual time on a memory broker and store of its own. */
final class BusRig implements AutoCloseable {
  final String name = MessageId.next();
  final MemoryBroker broker = MemoryBroker.named(name);
  final MemoryStorage storage = MemoryStorage.named(name, "");
  final VirtualTimeline timeline = new VirtualTimeline(Instant.parse("2026-03-01T10:00:00Z"));
  final OpenedBus bus;

  BusRig() {
    this(setup -> setup);
  }

  BusRig(UnaryOperator<BusSetup> more) {
    bus = more.apply(setup()).timeline(timeline).open();
    timeline.idleWhen(() -> broker.groups().stream().allMatch(this::quiet));
  }

  /** A set-up on the rig's broker and store, in real time. */
  BusSetup setup() {
    return new BusSetup()
        .isolated()
        .set("driver", "memory")
        .set("drivers.memory.name", name)
        .set("store.type", "memory")
        .set("store.name", name)
        .set("publish.timeout", "2s")
        .set("call-timeout", "2s")
        .random(() -> 0.5);
  }

  /** Moves time on; whatever a moment causes has happened before it goes on. */
  void advance(Duration by) {
    timeline.advance(by);
  }

  void settle() {
    timeline.advance(Duration.ZERO);
  }

  /** Whether a group's members have all that there is for them. */
  private boolean quiet(String group) {
    List<ConsumerHealth> members =
        bus.health().consumers().stream()
            .filter(c -> c.group().equals(group) && c.state() != State.STOPPED)
            .toList();
    if (members.isEmpty()) {
      return true;
    }
    Backlog backlog = broker.backlog(group);
    int held = members.stream().mapToInt(ConsumerHealth::inFlight).sum();
    return backlog.unsettled().orElse(0) == held && (backlog.ready() == 0 || !bus.hungry(group));
  }

  void awaitConnection(ConnectionState state) {
    eventually(
        "the connection is " + state,
        () -> {
          Health.Connection c = bus.health().connections().get("memory");
          return c != null && c.state() == state;
        });
  }

  static void eventually(String what, java.util.concurrent.Callable<Boolean> condition) {
    Eventually.within(Duration.ofSeconds(10)).until(what, condition);
  }

  static Message message(String type) {
    return Message.of("orders", type, new byte[] {1});
  }

  @Override
  public void close() {
    bus.close(Duration.ZERO);
    storage.close();
    broker.close();
  }
}
