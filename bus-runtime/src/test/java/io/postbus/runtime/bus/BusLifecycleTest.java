package io.postbus.runtime.bus;

import static io.postbus.runtime.bus.BusRig.eventually;
import static io.postbus.runtime.bus.BusRig.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.Filter;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Publish;
import io.postbus.PublishResult;
import io.postbus.Puller;
import io.postbus.Subscription;
import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Opening and closing, in real time. */
class BusLifecycleTest {
  private static final Subscription MAIL = Subscription.group("mail").topics("orders");

  /** Subscribed again and again to find out whether the bus still lets one. */
  private static final Subscription PROBE = Subscription.group("probe");

  private final BusRig rig = new BusRig();
  private final Bus bus = rig.setup().open();

  @AfterEach
  void close() {
    bus.close(Duration.ZERO);
    rig.close();
  }

  @Test
  void whatHasBegunIsFinishedWithinTheGrace() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    List<String> done = new CopyOnWriteArrayList<>();
    bus.subscribe(Subscription.group("archive"), d -> {}).close();
    bus.subscribe(
        MAIL,
        d -> {
          begun.countDown();
          assertThat(finish.await(20, TimeUnit.SECONDS)).isTrue();
          bus.publish(message("FromHandler"), Publish.toGroup("archive"));
          done.add(d.message().type());
        });
    bus.publish(message("Placed"));
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(bus::close);
    eventually("the consumer stops", () -> refused(() -> bus.subscribe(PROBE, d -> {})));
    finish.countDown();
    closing.get(10, TimeUnit.SECONDS);

    assertThat(done).containsExactly("Placed");
    assertThat(rig.broker.backlog("archive").ready()).isEqualTo(1);
  }

  @Test
  void whatIsNotFinishedWithinTheGraceGoesBackToTheGroup() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    bus.subscribe(
        MAIL,
        d -> {
          begun.countDown();
          assertThat(never.await(60, TimeUnit.SECONDS)).isTrue();
        });
    bus.publish(message("Placed"));
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();

    long start = System.nanoTime();
    bus.close(Duration.ofMillis(100));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(rig.broker.backlog("mail").ready()).isEqualTo(1);
    never.countDown();
  }

  @Test
  void closingTwiceOrTogetherIsHarmlessAndBothWait() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    bus.subscribe(
        MAIL,
        d -> {
          begun.countDown();
          assertThat(finish.await(20, TimeUnit.SECONDS)).isTrue();
        });
    bus.publish(message("Placed"));
    assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> first = CompletableFuture.runAsync(bus::close);
    eventually("it is closing", () -> refused(() -> bus.subscribe(PROBE, d -> {})));
    CompletableFuture<Void> second = CompletableFuture.runAsync(bus::close);

    assertThat(second).isNotDone();
    finish.countDown();
    first.get(10, TimeUnit.SECONDS);
    second.get(10, TimeUnit.SECONDS);
    bus.close();
    bus.close(Duration.ofDays(1));
  }

  @Test
  void aClosedBusRefusesEverything() {
    Puller puller = bus.pull(MAIL);
    Consuming consuming = bus.subscribe(Subscription.group("g").topics("orders"), d -> {});
    bus.close();

    assertThatThrownBy(() -> bus.publish(message("Placed"))).isInstanceOf(ClosedException.class);
    assertThat(bus.publishAsync(message("Placed"))).isCompletedExceptionally();
    assertThat(bus.publishAll(List.of(message("a"), message("b"))))
        .noneMatch(PublishResult::published);
    assertThatThrownBy(() -> bus.publish(message("Placed"), Publish.after(Duration.ofHours(1))))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.subscribe(MAIL, d -> {})).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.subscribeBatch(MAIL, d -> {})).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.pull(MAIL)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> puller.pull(1, Duration.ofSeconds(1)))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.delayed().cancel("x")).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.deadLetters("mail").count(Filter.all()))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.groups().list()).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> bus.locks().tryAcquire("x", Duration.ofSeconds(5)))
        .isInstanceOf(ClosedException.class);
    assertThat(consuming.health().state()).isEqualTo(State.STOPPED);
    assertThat(bus.health().ready()).isFalse();
    assertThat(bus.health().live()).isFalse();
    consuming.close();
    puller.close();
  }

  @Test
  void noThreadIsLeft() {
    closeOthers();
    Set<String> before = threads();
    Bus other = rig.setup().open();
    other.subscribe(Subscription.group("other").topics("orders"), d -> {});
    other.publish(message("Placed"));
    other.publish(message("Placed"), Publish.after(Duration.ofMillis(50)));
    other.locks().acquire("left", Duration.ofMinutes(1));
    assertThat(threads()).hasSizeGreaterThan(before.size());

    other.close();

    eventually("its threads have ended: " + threads(), () -> before.containsAll(threads()));
  }

  @Test
  void aHandlerMayCloseTheBus() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    bus.subscribe(
        MAIL,
        d -> {
          bus.close(Duration.ofMillis(200));
          closed.countDown();
        });

    bus.publish(message("Placed"));

    assertThat(closed.await(15, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingEndsAPublicationThatWaitsForTheBroker() throws Exception {
    bus.subscribe(MAIL, d -> {});
    bus.publish(message("Placed"));
    rig.broker.stop();
    eventually("it is down", () -> !connected());
    Bus patient = rig.setup().set("publish.timeout", "1m").open();
    CountDownLatch publishing = new CountDownLatch(1);
    CompletableFuture<Void> published =
        CompletableFuture.runAsync(
            () -> {
              publishing.countDown();
              patient.publish(message("Waits"));
            });
    assertThat(publishing.await(5, TimeUnit.SECONDS)).isTrue();

    patient.close(Duration.ZERO);

    assertThatThrownBy(() -> published.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfAny(ClosedException.class, PublishException.class);
  }

  @Test
  void openingNeedsNoBrokerAndAnOutageNeedsNoRestart() throws Exception {
    rig.broker.stop();
    List<String> seen = new CopyOnWriteArrayList<>();
    Bus late = rig.setup().set("call-timeout", "200ms").open();
    try {
      Consuming mail = late.subscribe(MAIL, d -> seen.add(d.message().type()));
      assertThat(mail.health().state()).isEqualTo(State.STALLED);
      assertThat(mail.health().detail()).isNotEmpty();
      rig.broker.start();
      eventually("it has joined", () -> mail.health().state() == State.RUNNING);
      late.publish(message("Placed"));
      eventually("it is handled", () -> seen.contains("Placed"));
      rig.broker.stop();
      eventually("it is noticed", () -> mail.health().state() == State.STALLED);
      rig.broker.start();
      late.publish(message("Again"));
      eventually("it is handled", () -> seen.contains("Again"));
    } finally {
      late.close(Duration.ZERO);
    }
  }

  @Test
  void closingWhileASubscriptionWaitsForTheBrokerEndsIt() throws Exception {
    rig.broker.stop();
    Bus waiting = rig.setup().set("call-timeout", "30s").open();
    CompletableFuture<Consuming> subscribing =
        CompletableFuture.supplyAsync(() -> waiting.subscribe(MAIL, d -> {}));
    eventually("it has begun", () -> !waiting.health().consumers().isEmpty());

    waiting.close(Duration.ZERO);

    assertThatThrownBy(() -> subscribing.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(BusException.class);
  }

  @Test
  void aGroupOfOneBusIsThereForAnotherAndItsMembersCompete() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Bus other = rig.setup().open()) {
      bus.subscribe(MAIL, d -> seen.add("here " + d.message().id()));
      other.publish(message("Placed"));
      other.subscribe(MAIL, d -> seen.add("there " + d.message().id()));
      for (int i = 0; i < 20; i++) {
        bus.publish(message("Placed"));
        other.publish(message("Placed"), Publish.toGroup("mail"));
      }
      eventually("each is handled once: " + seen.size(), () -> seen.size() == 41);
      assertThat(seen.stream().map(s -> s.substring(s.indexOf(' '))).distinct()).hasSize(41);
      assertThat(other.groups().find("mail")).isPresent();
    }
  }

  @Test
  void readinessDependsOnTheBrokerWhereThatIsAskedFor() throws Exception {
    try (Bus strict = rig.setup().set("health.required", true).open()) {
      eventually("it is ready", () -> strict.health().ready());
      rig.broker.stop();
      eventually("it is not", () -> !strict.health().ready());
      assertThat(strict.health().live()).isTrue();
      assertThat(bus.health().ready()).isTrue();
      rig.broker.start();
      eventually("it is again", () -> strict.health().ready());
      rig.storage.stop();
      eventually("the store counts too", () -> !strict.health().ready());
      rig.storage.start();
    }
  }

  @Test
  void withTheStoreDownPublishingAndSucceedingGoOn() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(MAIL, d -> seen.add(d.message().type()));
    bus.publish(message("Before"));
    rig.storage.stop();

    bus.publish(message("During"));

    eventually("both are handled", () -> seen.containsAll(List.of("Before", "During")));
    assertThatThrownBy(
            () ->
                bus.publish(
                    message("Later"),
                    Publish.after(Duration.ofMinutes(1)).timeout(Duration.ofMillis(300))))
        .isInstanceOfSatisfying(BusException.class, e -> assertThat(e.retryable()).isTrue());
    rig.storage.start();
  }

  @Test
  void aBusThatCannotBeOpenedLeavesNothingBehind() {
    closeOthers();
    Set<String> before = threads();

    assertThatThrownBy(() -> rig.setup().set("admin.listen", "203.0.113.1:1").open())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("admin.listen");

    eventually("its threads have ended", () -> before.containsAll(threads()));
  }

  /** Their pools come and go with threads of their own. */
  private void closeOthers() {
    bus.close();
    rig.bus.close();
    eventually("no thread is there: " + threads(), () -> threads().isEmpty());
  }

  private boolean connected() {
    return bus.health().connections().values().stream()
        .allMatch(c -> c.state() == ConnectionState.CONNECTED);
  }

  private static boolean refused(ThrowingCallable call) throws Exception {
    try {
      call.call();
      return false;
    } catch (ClosedException e) {
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> threads() {
    Set<String> names = new TreeSet<>();
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (t.isAlive() && t.getName().startsWith("postbus")) {
        names.add(t.getName() + "#" + t.getId());
      }
    }
    return names;
  }
}
