package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker takes deliveries back: the connection is lost. */
class RevocationTest {
  private final ConsumeRig rig = ConsumeRig.real();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Delivery> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    release.countDown();
    rig.close();
  }

  @Test
  void whatWasBegunEndsInVainAndComesAgain() {
    List<Boolean> acks = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g").concurrency(1),
        d -> {
          seen.add(d);
          if (seen.size() == 1) {
            release.await();
            acks.add(d.ack());
          }
        });
    rig.publish("A");
    rig.eventually("it is begun", () -> seen.size() == 1);
    rig.broker.cut("");
    rig.eventually("its handler can see it", () -> seen.get(0).settled());
    release.countDown();
    rig.eventually("it is handled again", () -> rig.told.outcomes.contains(Outcome.OK));

    assertThat(acks).containsExactly(false);
    assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 1);
    assertThat(rig.told.stale).containsExactly("A");
    assertThat(rig.told.outcomes).containsExactly(Outcome.REVOKED, Outcome.OK);
  }

  @Test
  void whatWasQueuedIsHandledOnce() {
    Map<String, AtomicInteger> times = new ConcurrentHashMap<>();
    rig.join(
        ConsumeRig.group("g").concurrency(1).fetch(5, Duration.ZERO),
        d -> {
          times.computeIfAbsent(d.message().id(), id -> new AtomicInteger()).incrementAndGet();
          seen.add(d);
          release.await();
        });
    for (int i = 0; i < 10; i++) {
      rig.publish("A");
    }
    rig.eventually("one is begun, others wait in hand", () -> seen.size() == 1 && unsettled() > 1);
    rig.broker.cut("");
    rig.eventually("it is taken back", () -> seen.get(0).settled());
    release.countDown();
    rig.eventually("all are handled", () -> rig.told.outcomes.size() == 11);

    String first = seen.get(0).message().id();
    assertThat(times.remove(first)).hasValue(2);
    assertThat(times.values()).hasSize(9).allSatisfy(n -> assertThat(n).hasValue(1));
  }

  @Test
  void whatIsTakenBackOnItsWayFromTheDriverIsNotHandled() {
    CountDownLatch gone = new CountDownLatch(1);
    rig.revoked = gone::countDown;
    AtomicInteger mapped = new AtomicInteger();
    rig.mapping =
        message -> {
          // Between the driver's poll and the lanes, on the polling thread.
          if (mapped.incrementAndGet() == 1) {
            rig.broker.cut("");
            rig.eventually("the member knows", () -> gone.getCount() == 0);
          }
          return message;
        };
    rig.join(ConsumeRig.group("g").order(Order.KEY), seen::add);
    rig.keyed("k", 0, 1);
    rig.eventually("it is handled", () -> !seen.isEmpty());
    rig.keyed("k", 1, 2);
    rig.eventually("the next is handled", () -> mapped.get() >= 3 && seen.size() >= 2);

    assertThat(seen).extracting(d -> d.message().type()).containsExactly("n0", "n1");
    assertThat(rig.told.stale).isEmpty();
  }

  @Test
  void aKeyWaitsForTheHandlerThatStillWorksOnWhatIsGone() {
    Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
    AtomicInteger meetings = new AtomicInteger();
    rig.join(
        ConsumeRig.group("g").order(Order.KEY),
        d -> {
          AtomicInteger n =
              atWork.computeIfAbsent(String.valueOf(d.message().key()), k -> new AtomicInteger());
          meetings.addAndGet(n.getAndIncrement());
          seen.add(d);
          if (seen.size() == 1) {
            release.await();
          }
          n.decrementAndGet();
        });
    rig.keyed("k", 0, 3);
    rig.eventually("the first is begun", () -> seen.size() == 1);
    rig.broker.cut("");
    rig.eventually("it is taken back", () -> seen.get(0).settled());
    rig.keyed("other", 0, 1);
    rig.eventually("another key is handled", () -> seen.size() == 2);
    release.countDown();
    rig.eventually("all are handled", () -> seen.size() == 5);

    assertThat(meetings).hasValue(0);
    assertThat(seen.stream().filter(d -> "k".equals(d.message().key())))
        .extracting(d -> d.message().type())
        .containsExactly("n0", "n0", "n1", "n2");
  }

  /** It hangs, and nobody else can be given the key's turn as long as it does. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHandlerThatHangsWithWhatIsGoneIsInterrupted(boolean stubborn) {
    rig.join(
        ConsumeRig.group("g").order(Order.KEY).timeout(Duration.ofSeconds(1)),
        d -> {
          seen.add(d);
          if (seen.size() == 1) {
            hang(stubborn);
          }
        });
    rig.publish(rig.message("A").key("k"));
    rig.eventually("it is begun", () -> seen.size() == 1);
    rig.broker.cut("");
    rig.eventually("it is taken back", () -> seen.get(0).settled());
    rig.eventually("it is handled again", () -> rig.told.outcomes.contains(Outcome.OK));

    assertThat(seen).extracting(Delivery::attempt).containsExactly(1, 1);
  }

  private void hang(boolean stubborn) {
    boolean interrupted = false;
    do {
      try {
        release.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    } while (release.getCount() > 0 && (stubborn || !interrupted));
  }

  @Test
  void anOutageOfTheBrokerNeedsNoRestart() {
    rig.join(ConsumeRig.group("g"), seen::add);
    rig.publish("A");
    rig.eventually("the first is handled", () -> seen.size() == 1);
    rig.broker.stop();
    rig.broker.start();
    rig.publish("B");

    rig.eventually("the second is handled", () -> seen.size() >= 2);
    assertThat(seen.get(seen.size() - 1).message().type()).isEqualTo("B");
  }

  private long unsettled() {
    return rig.broker.backlog("g").unsettled().orElse(0);
  }
}
