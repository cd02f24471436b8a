package io.postbus.runtime.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.runtime.delay.DelaySettings.Firing;
import io.postbus.spi.Signals;
import io.postbus.spi.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintsTest {
  private record Heard(String subject, Consumer<String> listener) {}

  private final DelayWorld world = new DelayWorld();
  private final List<Heard> listeners = new CopyOnWriteArrayList<>();
  private final List<String> sent = new CopyOnWriteArrayList<>();

  private final Signals signals =
      new Signals() {
        @Override
        public void send(String subject, String text) {
          sent.add(text);
          listeners.stream()
              .filter(h -> h.subject.equals(subject))
              .forEach(h -> h.listener.accept(text));
        }

        @Override
        public Listening listen(String subject, Consumer<String> listener) {
          Heard heard = new Heard(subject, listener);
          listeners.add(heard);
          return () -> listeners.remove(heard);
        }
      };

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 49})
  void letAnotherNodeFireInTimeWhatWasPutForItsShard(int delay) {
    DelayEngine owner = engine("owner", Firing.ON, StoreCapability.SHARED);
    DelayEngine writer = engine("writer", Firing.OFF, StoreCapability.SHARED);
    world.advance(1001);
    assertThat(writer.put(world.entry("m", 1001 + delay))).isCompleted();
    world.advance(Math.max(5, delay));
    assertThat(world.published.ids()).containsExactly("m");
    assertThat(sent).hasSize(1);
    owner.stop(Duration.ZERO);
  }

  @Test
  void areNotSentForWhatTheOwnerWillReadInTime() {
    engine("owner", Firing.ON, StoreCapability.SHARED);
    DelayEngine writer = engine("writer", Firing.OFF, StoreCapability.SHARED);
    world.advance(1001);
    assertThat(writer.put(world.entry("m", 3000))).isCompleted();
    world.advance(2500);
    assertThat(world.published.ids()).containsExactly("m");
    assertThat(sent).isEmpty();
  }

  @Test
  void areOneForManyEntriesOfAShard() {
    engine("owner", Firing.ON, StoreCapability.SHARED);
    DelayEngine writer = engine("writer", Firing.OFF, StoreCapability.SHARED);
    for (int i = 0; i < 1000; i++) {
      assertThat(writer.put(world.entry("m" + i, i % 100))).isCompleted();
    }
    world.advance(110);
    assertThat(sent).hasSizeLessThanOrEqualTo(16);
    assertThat(world.published.ids()).hasSize(1000);
  }

  @Test
  void mayBeNonsense() {
    DelayEngine owner = engine("owner", Firing.ON, StoreCapability.SHARED);
    for (String text : List.of("", "1", "a b c", "99 1 2", "-1 0 0", "1 2 99999999999999999999")) {
      signals.send("postbus.delay.test", text);
    }
    assertThat(owner.put(world.entry("m", 10))).isCompleted();
    world.advance(10);
    assertThat(world.published.ids()).containsExactly("m");
  }

  @Test
  void reachNobodyWhoHasStopped() {
    DelayEngine owner = engine("owner", Firing.ON, StoreCapability.SHARED);
    owner.stop(Duration.ofSeconds(1));
    assertThat(listeners).isEmpty();
  }

  private DelayEngine engine(String node, Firing firing, StoreCapability... capabilities) {
    NodeTime own = new NodeTime(world.time, Runnable::run);
    DelayEngine engine =
        new DelayEngine(
            DelaySettings.of("test", node).firing(firing),
            new ReachedStore(world.store, capabilities),
            own,
            own,
            world.published,
            DelayEvents.NONE,
            signals);
    engine.start();
    return engine;
  }
}
