package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What one member has taken ahead, and others have nothing to do. */
class SharingTest {
  private final Semaphore gate = new Semaphore(0);
  private final Set<String> second = ConcurrentHashMap.newKeySet();
  private final Set<String> third = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> arrivals = new ConcurrentHashMap<>();
  private volatile boolean slow;

  @Test
  void membersThatWaitGetIt() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real()) {
      Member hoarder = hoarder(rig);
      int ahead = hoarder.health().inFlight();
      rig.join(group(), d -> second.add(d.message().id()));
      rig.join(group(), d -> third.add(d.message().id()));
      rig.eventually("they have all that is not begun", () -> hoarder.health().inFlight() <= 6);
      // Four may have been ending while they were counted, and six may be left.
      rig.eventually("handled", () -> second.size() + third.size() >= ahead - 10);

      assertThat(arrivals.values()).allMatch(n -> n <= 2);
      gate.release(1_000);
      rig.eventually("all is handled", () -> rig.broker.backlog("g").unsettled().orElse(1) == 0);
    }
  }

  @Test
  void oneThatWaitsGetsNoMoreThanItHasRoomFor() throws Exception {
    try (ConsumeRig rig = ConsumeRig.real()) {
      Member hoarder = hoarder(rig);
      Semaphore shut = new Semaphore(0);
      Member other =
          rig.join(
              group(),
              d -> {
                second.add(d.message().id());
                shut.acquire();
              });
      int before = hoarder.health().inFlight();
      rig.eventually("it has its share", () -> second.size() == 4);
      rig.eventually("and no more than that", () -> other.health().inFlight() == 4);
      assertThat(hoarder.health().inFlight()).isGreaterThanOrEqualTo(before - 8);
      assertThat(arrivals.values()).allMatch(n -> n <= 2);
      gate.release(1_000);
      shut.release(1_000);
      rig.eventually("all is handled", () -> rig.broker.backlog("g").unsettled().orElse(1) == 0);
    }
  }

  /** It was quick, so it has taken many; now none of them ends, and the broker has no others. */
  private Member hoarder(ConsumeRig rig) {
    rig.mapping =
        m -> {
          if (slow) {
            arrivals.merge(m.id(), 1, Integer::sum);
          }
          return m;
        };
    rig.join(group(), d -> {}).close();
    for (int i = 0; i < 3_000; i++) {
      Message m = rig.message("A");
      rig.producer.send(io.postbus.message.Destination.topic(ConsumeRig.TOPIC), m);
    }
    Member hoarder = rig.join(group(), this::work);
    rig.eventually("it takes many ahead", () -> hoarder.health().inFlight() >= 60);
    slow = true;
    rig.driver.topology().purge(rig.store.groups().find("g").orElseThrow());
    assertThat(hoarder.health().inFlight()).isGreaterThan(30);
    return hoarder;
  }

  private void work(Delivery unused) throws InterruptedException {
    if (slow) {
      gate.acquire();
    } else {
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private static Subscription group() {
    return ConsumeRig.group("g").concurrency(4);
  }
}
