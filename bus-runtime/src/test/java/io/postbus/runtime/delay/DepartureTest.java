package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.runtime.delay.DelayWorld.Node;
import io.postbus.runtime.delay.Departure.End;
import io.postbus.runtime.delay.Departure.Leg;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.Delayed;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.Slot;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What firing means for an entry is the outlet's to say: here one that each group must remove. */
class DepartureTest {
  private static final Duration ACK_WITHIN = Duration.ofMinutes(1);

  private final DelayWorld world = new DelayWorld();
  private final Outlet outlet = new UntilAcknowledged();

  private final class UntilAcknowledged implements Outlet {
    @Override
    public CompletionStage<Void> publish(Delayed entry) {
      return world.published.publish(entry);
    }

    @Override
    public Departure depart(Delayed entry, Instant until) {
      if (entry.message().id().equals("nobody wants it")) {
        return new Departure(List.of(), End.REMOVE);
      }
      if (entry.message().id().equals("broken")) {
        throw new IllegalStateException("thrown on purpose by a test");
      }
      List<String> groups =
          entry.destination() instanceof Destination.ToTopic
              ? List.of("g1", "g2")
              : List.of(entry.destination().name());
      return new Departure(groups.stream().map(g -> leg(entry, g)).toList(), End.KEEP);
    }

    private Leg leg(Delayed entry, String group) {
      Destination to = Destination.group(group);
      Instant due = world.time.instant().plus(ACK_WITHIN);
      Slot slot = Slot.of(due, 0, entry.message().id(), to, entry.attempt());
      Delayed next =
          new Delayed(slot, Kind.GUARANTEED, to, entry.message(), entry.attempt(), null, null);
      return new Leg(next, next);
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void makesOneEntryManyThatStayUntilSomebodyRemovesThem() {
    Node node = node();
    assertThat(node.engine().put(world.entry("m", 100))).isCompleted();
    world.advance(100);
    assertThat(destinations()).containsExactly("g1", "g2");
    assertThat(world.waiting()).isEqualTo(2);
    Delayed first = world.published.all.get(0).entry();
    assertThat(node.engine().move(first, List.of())).isCompletedWithValue(true);
    world.advance(60_000);
    assertThat(destinations()).containsExactly("g1", "g2", "g2");
    Delayed second = world.published.all.get(2).entry();
    assertThat(node.engine().move(second, List.of())).isCompletedWithValue(true);
    world.advance(200_000);
    assertThat(world.published.all).hasSize(3);
    assertThat(world.waiting()).isZero();
    assertThat(node.engine().stats().bytes()).isZero();
    assertThat(node.engine().stats().inFlight()).isZero();
  }

  @Test
  void triesAgainByItselfWhatStays() {
    Node node = node();
    world.published.refuse(new ConnectionException("the broker is gone", null));
    assertThat(node.engine().put(world.entry("m", 100))).isCompleted();
    world.advance(100);
    world.published.answer = entry -> CompletableFuture.completedFuture(null);
    world.advance(60_000);
    assertThat(destinations()).containsExactlyInAnyOrder("g1", "g2", "g1", "g2");
  }

  @Test
  void dropsWhatNobodyWants() {
    Node node = node();
    assertThat(node.engine().put(world.entry("nobody wants it", 100))).isCompleted();
    world.advance(1000);
    assertThat(world.published.all).isEmpty();
    assertThat(world.waiting()).isZero();
    assertThat(node.engine().stats().bytes()).isZero();
  }

  @Test
  void holdsUpNobodyIfItCannotBeDecided() {
    Node node = node();
    assertThat(node.engine().put(world.entry("broken", 100))).isCompleted();
    assertThat(node.engine().put(world.entry("m", 100))).isCompleted();
    world.advance(100);
    assertThat(destinations()).containsExactly("g1", "g2");
    assertThat(world.waiting()).isEqualTo(3);
  }

  private Node node() {
    Node node =
        world.make(
            DelaySettings.of("test", "a"),
            new ReachedStore(world.store, StoreCapability.SHARED),
            new NodeTime(world.time, Runnable::run),
            outlet,
            DelayEvents.NONE);
    node.engine().start();
    return node;
  }

  private List<String> destinations() {
    return world.published.all.stream().map(p -> p.entry().destination().name()).toList();
  }
}
