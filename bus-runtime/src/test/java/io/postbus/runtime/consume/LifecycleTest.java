package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.driver.memory.MemoryStorage;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ConsumeRig rig = ConsumeRig.real();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Delivery> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    release.countDown();
    rig.close();
  }

  @Test
  void closingLetsWhatHasBegunFinishAndGivesBackTheRestAtOnce() throws Exception {
    Member member =
        rig.join(ConsumeRig.group("g").concurrency(1).fetch(5, Duration.ZERO), this::holding);
    for (int i = 0; i < 5; i++) {
      rig.publish("A");
    }
    rig.eventually(
        "one is begun, others wait in hand", () -> seen.size() == 1 && unsettled("g") > 1);
    Thread closing = new Thread(() -> member.close(GRACE));
    closing.start();
    List<Delivery> elsewhere = new CopyOnWriteArrayList<>();
    rig.join(ConsumeRig.group("g"), elsewhere::add);
    rig.eventually("the others are handled elsewhere", () -> elsewhere.size() == 4);
    assertThat(closing.isAlive()).isTrue();
    release.countDown();
    closing.join(5_000);

    assertThat(closing.isAlive()).isFalse();
    assertThat(seen).hasSize(1);
    assertThat(elsewhere).extracting(Delivery::attempt).containsOnly(1);
    assertThat(unsettled("g")).isZero();
    assertThat(member.health().state()).isEqualTo(State.STOPPED);
  }

  @Test
  void afterTheGraceTheHandlerIsInterruptedAndItsMessageComesAgain() {
    Member member = rig.join(ConsumeRig.group("g").retry(RetrySchedule.DEFAULT), this::holding);
    rig.publish("A");
    rig.eventually("it is begun", () -> seen.size() == 1);
    member.close(Duration.ofMillis(50));

    assertThat(seen.get(0).settled()).isTrue();
    assertThat(rig.broker.backlog("g").ready()).isEqualTo(1);
    rig.eventually("its handler has left", () -> rig.told.outcomes.contains(Outcome.REVOKED));
    assertThat(rig.told.retries).isEmpty();
    release.countDown();
    rig.join(ConsumeRig.group("g"), seen::add);
    rig.eventually("it is handled", () -> seen.size() == 2);
    assertThat(seen.get(1).attempt()).isEqualTo(1);
  }

  @Test
  void aHandlerMayCloseItsOwnConsumer() {
    CompletableFuture<Member> known = new CompletableFuture<>();
    Member member =
        rig.join(
            ConsumeRig.group("g"),
            d -> {
              known.get().close();
              seen.add(d);
            });
    known.complete(member);
    rig.publish("A");
    rig.eventually("it has left", () -> rig.broker.backlog("g").members().orElse(-1) == 0);

    assertThat(rig.told.outcomes).containsExactly(Outcome.OK);
    assertThat(rig.broker.backlog("g").ready()).isZero();
  }

  @Test
  void closingTwiceOrFromManyThreadsIsOne() throws Exception {
    Member member = rig.join(ConsumeRig.group("g"), seen::add);
    List<Thread> threads = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread t = new Thread(member::close);
      threads.add(t);
      t.start();
    }
    for (Thread t : threads) {
      t.join(5_000);
      assertThat(t.isAlive()).isFalse();
    }
    member.close();
    member.resume();

    assertThat(member.health().state()).isEqualTo(State.STOPPED);
    assertThat(rig.broker.backlog("g").members()).hasValue(0);
  }

  @Test
  void aPausedConsumerTakesNothingAndItsShareGoesToOthers() {
    Member member =
        rig.join(ConsumeRig.group("g").concurrency(1).fetch(5, Duration.ZERO), this::holding);
    for (int i = 0; i < 5; i++) {
      rig.publish("A");
    }
    rig.eventually(
        "one is begun, others wait in hand", () -> seen.size() == 1 && unsettled("g") > 1);
    member.pause();
    assertThat(member.health().state()).isEqualTo(State.STOPPED);
    rig.eventually("the others are back", () -> rig.broker.backlog("g").ready() == 4);
    release.countDown();
    rig.eventually("it has left", () -> rig.broker.backlog("g").members().orElse(-1) == 0);
    assertThat(seen).hasSize(1);
    assertThat(rig.told.outcomes).containsExactly(Outcome.OK);

    member.resume();
    rig.eventually("the rest is handled", () -> seen.size() == 5);
    assertThat(member.health().state()).isEqualTo(State.RUNNING);
  }

  @Test
  void aConsumerThatIsResumedBeforeItHasDrainedGoesOn() {
    for (Order order : Order.values()) {
      String group = "g-" + order;
      List<Delivery> seen = new CopyOnWriteArrayList<>();
      CountDownLatch gate = new CountDownLatch(1);
      Member member =
          rig.join(
              ConsumeRig.group(group).order(order).concurrency(1).fetch(5, Duration.ZERO),
              d -> {
                seen.add(d);
                gate.await();
              });
      List<String> sent = rig.keyed("k", 0, 5).stream().map(m -> m.type()).toList();
      rig.eventually(
          "one is begun, others wait in hand", () -> seen.size() == 1 && unsettled(group) > 1);
      member.pause();
      rig.eventually("the others are dropped by " + order, () -> member.health().inFlight() == 1);
      member.resume();
      gate.countDown();
      rig.eventually("all are handled", () -> seen.size() == 5);

      assertThat(seen).extracting(d -> d.message().type()).isEqualTo(sent);
      rig.eventually("all are settled", () -> unsettled(group) == 0);
    }
  }

  @Test
  void itJoinsByItselfOnceTheBrokerIsThere() {
    rig.broker.stop();
    Member member =
        Member.join(ConsumeRig.group("g"), seen::add, rig.context(ConsumeRig.group("g")));
    member.awaitJoined(Duration.ofMillis(100));
    rig.eventually("it says so", () -> member.health().state() == State.STALLED);
    assertThat(member.health().detail()).isNotEmpty();
    rig.broker.start();
    rig.eventually("it runs", () -> member.health().state() == State.RUNNING);
    rig.publish("A");
    rig.eventually("it handles", () -> seen.size() == 1);
    member.close();
  }

  @Test
  void itCanBeClosedWhileTheBrokerIsAway() {
    rig.broker.stop();
    Member member =
        Member.join(ConsumeRig.group("g"), seen::add, rig.context(ConsumeRig.group("g")));
    rig.eventually("it has tried", () -> member.health().detail().contains("cannot join"));
    long before = System.nanoTime();
    member.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    assertThat(member.health().state()).isEqualTo(State.STOPPED);
    rig.broker.start();
  }

  @Test
  void whatTheDriverCannotDoIsRefusedAtOnce() {
    assertThatThrownBy(() -> rig.join(ConsumeRig.group("g").start(Start.EARLIEST), seen::add))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("group g")
        .hasMessageContaining("earliest");
  }

  @Test
  void closingLeavesNoThreadBehind() {
    Member member = rig.join(ConsumeRig.group("threads"), seen::add);
    for (int i = 0; i < 50; i++) {
      rig.publish("A");
    }
    rig.eventually("all are handled", () -> seen.size() == 50);
    assertThat(threads()).isPositive();
    member.close();
    rig.eventually("they have ended", () -> threads() == 0);
  }

  @Test
  void nothingIsHandledAfterTheCloseHasReturned() {
    AtomicInteger handled = new AtomicInteger();
    Member member = rig.join(ConsumeRig.group("g").concurrency(4), d -> handled.incrementAndGet());
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                rig.publish("A");
              }
            });
    publisher.start();
    rig.eventually("some are handled", () -> handled.get() > 1_000);
    member.close();
    int atClose = handled.get();
    rig.eventually("all are published", () -> !publisher.isAlive());

    assertThat(handled).hasValue(atClose);
    assertThat(atClose + rig.broker.backlog("g").ready()).isEqualTo(20_000);
  }

  private void holding(Delivery d) throws InterruptedException {
    seen.add(d);
    assertThat(release.await(1, TimeUnit.MINUTES)).isTrue();
  }

  private long unsettled(String group) {
    return rig.broker.backlog(group).unsettled().orElse(0);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("postbus-threads-"))
        .count();
  }

  @Test
  void joinsWithoutTheStoreAndIsRegisteredWhenThatIsBack() throws Exception {
    MemoryStorage storage = MemoryStorage.named(rig.name, "");
    storage.stop();
    List<String> handled = new CopyOnWriteArrayList<>();
    Member member = rig.join(ConsumeRig.group("g"), d -> handled.add(d.message().type()));
    rig.publish("A");
    rig.eventually("it is handled", () -> handled.contains("A"));
    assertThat(member.health().state()).isEqualTo(State.RUNNING);
    assertThat(member.health().detail()).startsWith("the group is not registered: ");
    storage.start();
    rig.eventually("it is registered", () -> rig.store.groups().find("g").isPresent());
    rig.eventually("and well", () -> member.health().detail().isEmpty());
  }

  @Test
  void declaresTheGroupWithTheTimeOfItsFirstRegistration() {
    Subscription s = ConsumeRig.group("g");
    Instant first = Instant.parse("2026-01-01T00:00:00Z");
    rig.store.groups().register(new Group("g", s.topics(), s.events(), s.order(), first));

    assertThat(new Enrolment(rig.context(s), s).declare().since()).isEqualTo(first);
  }
}
