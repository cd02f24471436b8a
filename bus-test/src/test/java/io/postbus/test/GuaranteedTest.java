package io.postbus.test;

import static io.postbus.test.Handled.Outcome.ACKNOWLEDGED;
import static io.postbus.test.Handled.Outcome.DEAD;
import static io.postbus.test.Handled.Outcome.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Consuming;
import io.postbus.DelayedMessage;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Delivery;
import io.postbus.Filter;
import io.postbus.Handler;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Publish;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is guaranteed is handled by every group, whatever the broker loses and who dies when. */
@Timeout(60)
class GuaranteedTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Handler GOOD = d -> {};

  private final TestBus bus = TestBus.create();

  @AfterEach
  void close() {
    bus.close();
  }

  private static Subscription group(String name) {
    return Subscription.group(name).topics("orders").retry(RetrySchedule.NONE);
  }

  private static Message message() {
    return Message.of("orders", "Placed", "x".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Lets it go on, and waits until it is back in its group: that takes real time. */
  private static void resume(Consuming member) {
    member.resume();
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (member.health().state() != State.RUNNING && System.nanoTime() < until) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(member.health().state()).isEqualTo(State.RUNNING);
  }

  private List<DelayedMessage> entries() {
    return bus.delayed().list(Filter.all(), null, 500).items();
  }

  @Test
  void leavesNothingOnceEveryGroupHasAcknowledged() {
    bus.subscribe(group("a"), GOOD);
    bus.subscribe(group("b"), GOOD);
    bus.publish(message(), Publish.guaranteed());
    bus.awaitIdle();
    assertThat(entries()).isEmpty();
    bus.advance(MINUTE.multipliedBy(10));

    assertThat(bus.handled()).extracting(Handled::group).containsExactlyInAnyOrder("a", "b");
    assertThat(bus.handled()).extracting(Handled::outcome).containsOnly(ACKNOWLEDGED);
  }

  @Test
  void hasAnEntryForEachGroupThatWantsIt() {
    bus.subscribe(group("a"), GOOD).pause();
    bus.subscribe(group("b").events("Placed"), GOOD).pause();
    bus.subscribe(group("c").events("Other"), GOOD).pause();
    bus.publish(message(), Publish.guaranteed().ackWithin(Duration.ofSeconds(30)));

    assertThat(entries())
        .extracting(e -> e.destination().name() + " " + e.kind() + " " + e.attempt())
        .containsExactlyInAnyOrder("a GUARANTEED 1", "b GUARANTEED 1");
    assertThat(entries())
        .extracting(DelayedMessage::due)
        .allSatisfy(
            due -> assertThat(Duration.between(bus.now(), due)).isEqualTo(Duration.ofSeconds(30)));
  }

  @Test
  void comesAgainToTheGroupForWhichTheBrokerHasLostIt() {
    bus.subscribe(group("a"), GOOD);
    Consuming b = bus.subscribe(group("b"), GOOD);
    b.pause();
    bus.awaitIdle();
    bus.publish(message(), Publish.guaranteed());
    bus.awaitIdle();
    assertThat(bus.groups().purge("b")).isEqualTo(1);
    resume(b);
    bus.advance(MINUTE.minusMillis(1));
    assertThat(bus.handled("b")).isEmpty();
    bus.advance(Duration.ofSeconds(2));

    assertThat(bus.handled("b")).extracting(Handled::outcome).containsExactly(ACKNOWLEDGED);
    assertThat(bus.handled("a")).hasSize(1);
    assertThat(entries()).isEmpty();
  }

  @Test
  void aLongQueueIsNotALostMessage() {
    Consuming a = bus.subscribe(group("a"), GOOD);
    a.pause();
    bus.awaitIdle();
    bus.publish(message(), Publish.guaranteed());
    bus.advance(Duration.ofHours(3));
    assertThat(bus.groups().backlog("a").ready()).isEqualTo(1);
    resume(a);
    bus.awaitIdle();

    assertThat(bus.handled("a")).hasSize(1);
    assertThat(entries()).isEmpty();
    assertThat(bus.deadLetters("a").count(Filter.all())).isZero();
  }

  /** In hand for longer than the time to acknowledge: made to wait, then sent again after all. */
  @Test
  void isMadeToWaitOnlySoOftenWhereTheGroupIsAtWork() {
    List<Delivery> held = new CopyOnWriteArrayList<>();
    bus.subscribe(group("a").timeout(Duration.ofHours(10)).manual(), held::add);
    bus.publish(message(), Publish.guaranteed());
    bus.advance(MINUTE.multipliedBy(5).plusSeconds(30));
    assertThat(held).hasSize(1);
    bus.advance(MINUTE);
    assertThat(held).hasSize(2);

    assertThat(held.get(1).message()).isEqualTo(held.get(0).message());
    assertThat(held.get(1).attempt()).isEqualTo(1);
    assertThat(held.get(0).ack()).isTrue();
    assertThat(held.get(1).ack()).isTrue();
    bus.advance(Duration.ofHours(1));
    assertThat(held).hasSize(2);
    assertThat(entries()).isEmpty();
  }

  @Test
  void theFailureOfACopyThatWasSentAgainWritesNothing() {
    List<Delivery> held = new CopyOnWriteArrayList<>();
    bus.subscribe(
        group("a")
            .timeout(Duration.ofHours(10))
            .retry(RetrySchedule.delayed(MINUTE.multipliedBy(2)))
            .manual(),
        held::add);
    bus.publish(message(), Publish.guaranteed());
    bus.advance(MINUTE.multipliedBy(7));
    assertThat(held).hasSize(2);

    held.get(0).retry(new IllegalStateException("the first copy to fail"));
    bus.awaitIdle();
    assertThat(entries()).extracting(DelayedMessage::kind).containsExactly(Kind.RETRY);
    held.get(1).retry(new IllegalStateException("the same attempt of the same message"));
    bus.awaitIdle();
    assertThat(entries()).extracting(DelayedMessage::kind).containsExactly(Kind.RETRY);
    bus.advance(MINUTE.multipliedBy(3));
    assertThat(held).hasSize(3);
    assertThat(held.get(2).attempt()).isEqualTo(2);
    held.get(2).ack();
    bus.advance(Duration.ofHours(1));
    assertThat(held).hasSize(3);
    assertThat(entries()).isEmpty();
    assertThat(bus.groups().backlog("a").unsettled()).hasValue(0);
  }

  @Test
  void countsOnlyTheHandlersFailuresAndEndsDead() {
    bus.subscribe(
        group("a").retry(RetrySchedule.delayed(MINUTE.multipliedBy(3), MINUTE.multipliedBy(3))),
        d -> {
          throw new IllegalStateException("no luck");
        });
    bus.publish(message(), Publish.guaranteed());
    bus.advance(Duration.ofHours(1));

    assertThat(bus.handled("a"))
        .extracting(Handled::outcome)
        .containsExactly(RETRIED, RETRIED, DEAD);
    assertThat(entries()).isEmpty();
    assertThat(bus.deadLetters("a").list(Filter.all(), null, 10).items())
        .singleElement()
        .satisfies(letter -> assertThat(letter.attempts()).isEqualTo(3));
  }

  @Test
  void aRetryIsGuaranteedAsWell() {
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    Consuming a =
        bus.subscribe(
            group("a").retry(RetrySchedule.delayed(MINUTE)),
            d -> {
              attempts.add(d.attempt());
              if (d.attempt() == 1) {
                throw new IllegalStateException("once");
              }
            });
    bus.publish(message(), Publish.guaranteed());
    bus.awaitIdle();
    a.pause();
    bus.advance(MINUTE.plusSeconds(5));
    assertThat(bus.groups().purge("a")).isEqualTo(1);
    resume(a);
    bus.advance(MINUTE.multipliedBy(2));

    assertThat(attempts).containsExactly(1, 2);
    assertThat(entries()).isEmpty();
  }

  @Test
  void isPublishedAlsoWhileTheBrokerIsAway() {
    bus.subscribe(group("a"), GOOD);
    bus.awaitIdle();
    bus.broker().down();
    bus.publish(message(), Publish.guaranteed());
    assertThat(entries()).hasSize(1);
    bus.broker().up();
    bus.advance(MINUTE.multipliedBy(2));

    assertThat(bus.handled("a")).extracting(Handled::outcome).containsExactly(ACKNOWLEDGED);
    assertThat(entries()).isEmpty();
  }

  @Test
  void failsWhereTheStoreIsAway() {
    bus.subscribe(group("a"), GOOD);
    bus.publish(message(), Publish.guaranteed());
    bus.awaitIdle();
    bus.storeDown();
    assertThatThrownBy(
            () -> bus.publish(message(), Publish.guaranteed().timeout(Duration.ofMillis(300))))
        .isInstanceOf(PublishException.class);
    bus.storeUp();
    bus.advance(MINUTE);
    assertThat(bus.handled("a").get(0).outcome()).isEqualTo(ACKNOWLEDGED);
  }

  @Test
  void goesWithItsGroup() {
    Consuming a = bus.subscribe(group("a"), GOOD);
    a.pause();
    bus.subscribe(group("b"), GOOD);
    bus.awaitIdle();
    bus.publish(message(), Publish.guaranteed());
    bus.awaitIdle();
    a.close();
    bus.groups().remove("a");

    assertThat(entries()).isEmpty();
    bus.advance(Duration.ofHours(1));
    assertThat(bus.handled()).hasSize(1);
  }

  @Test
  void waitsAsOneEntryUntilItIsDueAndIsThenEachGroups() {
    bus.subscribe(group("a"), GOOD);
    Consuming b = bus.subscribe(group("b"), GOOD);
    b.pause();
    bus.awaitIdle();
    Duration wait = Duration.ofMinutes(30);
    bus.publish(message(), Publish.after(wait).guaranteed().handle("h"));
    assertThat(entries()).extracting(DelayedMessage::kind).containsExactly(Kind.DELAY);
    bus.advance(wait);

    assertThat(bus.handled("a")).hasSize(1);
    assertThat(entries()).extracting(e -> e.destination().name()).containsExactly("b");
    assertThat(bus.delayed().cancel("h")).isEqualTo(Outcome.TOO_LATE);
    bus.groups().purge("b");
    resume(b);
    bus.advance(MINUTE.plusSeconds(1));
    assertThat(bus.handled("b")).hasSize(1);
    assertThat(entries()).isEmpty();
  }

  @Test
  void canBeCancelledInItsDelay() {
    bus.subscribe(group("a"), GOOD);
    bus.publish(message(), Publish.after(MINUTE).guaranteed().handle("h"));
    assertThat(bus.delayed().cancel("h")).isEqualTo(Outcome.DONE);
    bus.advance(Duration.ofHours(1));

    assertThat(bus.handled()).isEmpty();
    assertThat(entries()).isEmpty();
  }

  @Test
  void isDroppedWhenItHasExpired() {
    Consuming a = bus.subscribe(group("a"), GOOD);
    a.pause();
    bus.awaitIdle();
    bus.publish(message(), Publish.guaranteed().timeToLive(Duration.ofSeconds(90)));
    bus.advance(MINUTE.multipliedBy(10));
    assertThat(entries()).isEmpty();
    resume(a);
    bus.awaitIdle();

    assertThat(bus.handled("a"))
        .extracting(Handled::outcome)
        .containsExactly(Handled.Outcome.EXPIRED);
  }

  @Test
  void toOneGroupIsGuaranteedToThatOne() {
    Consuming a = bus.subscribe(group("a"), GOOD);
    a.pause();
    bus.subscribe(group("b"), GOOD);
    bus.awaitIdle();
    bus.publish(message(), Publish.guaranteed().toGroup("a"));
    bus.awaitIdle();
    bus.groups().purge("a");
    resume(a);
    bus.advance(MINUTE.plusSeconds(1));

    assertThat(bus.handled()).extracting(Handled::group).containsExactly("a");
    assertThatThrownBy(() -> bus.publish(message(), Publish.guaranteed().toGroup("nobody")))
        .isInstanceOf(PublishException.class)
        .hasMessageContaining("nobody");
  }

  @Test
  void withoutAnyGroupItIsUnroutableAsEver() {
    assertThatThrownBy(() -> bus.publish(message(), Publish.guaranteed()))
        .isInstanceOfSatisfying(
            PublishException.class,
            e -> assertThat(e.outcome()).isEqualTo(PublishException.Outcome.UNROUTABLE));
  }

  /** The member dies after its acknowledgement and before the removal: one duplicate, skipped. */
  @Test
  void aLostRemovalCostsADuplicateThatAnIdempotentGroupSkips() {
    Consuming a = bus.subscribe(group("a").idempotent(Duration.ofDays(1)), GOOD);
    Message m = message();
    a.pause();
    bus.awaitIdle();
    bus.publish(m, Publish.guaranteed());
    bus.awaitIdle();
    bus.groups().purge("a");
    // What the member had done before it died: the message is marked and acknowledged.
    bus.publish(m, Publish.confirmed());
    resume(a);
    bus.awaitIdle();
    assertThat(bus.handled("a")).hasSize(1);
    assertThat(entries()).hasSize(1);
    bus.advance(MINUTE.plusSeconds(1));

    assertThat(bus.handled("a")).hasSize(1);
    assertThat(entries()).isEmpty();
  }

  @Test
  void ordersOfAKeyStay() {
    List<String> seen = new CopyOnWriteArrayList<>();
    bus.subscribe(group("a").order(io.postbus.spi.Order.KEY), d -> seen.add(d.message().id()));
    bus.awaitIdle();
    List<String> sent = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 100; i++) {
      Message m = message().key("k");
      sent.add(m.id());
      var unused = bus.publishAsync(m, Publish.guaranteed());
    }
    bus.awaitIdle();
    assertThat(seen).containsExactlyElementsOf(sent);
    assertThat(entries()).isEmpty();
  }
}
