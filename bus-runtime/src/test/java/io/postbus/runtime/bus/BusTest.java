package io.postbus.runtime.bus;

import static io.postbus.runtime.bus.BusRig.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Consuming;
import io.postbus.DeadLetters.Redriven;
import io.postbus.DelayedMessages.Outcome;
import io.postbus.Delivery;
import io.postbus.Filter;
import io.postbus.Handlers;
import io.postbus.Health;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.Lock;
import io.postbus.Publish;
import io.postbus.Puller;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Group;
import io.postbus.spi.PublishException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
  private static final Subscription MAIL = Subscription.group("mail").topics("orders");
  private static final Subscription STOCK = Subscription.group("stock").topics("orders");

  private final BusRig rig = new BusRig();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void everyGroupGetsWhatIsPublishedAndOneMemberOfItHandlesIt() {
    rig.bus.subscribe(MAIL, d -> seen.add("mail " + d.message().type()));
    rig.bus.subscribe(STOCK, d -> seen.add("stock " + d.message().type()));
    rig.bus.subscribe(STOCK, d -> seen.add("stock " + d.message().type()));

    rig.bus.publish(message("Placed"));
    rig.settle();

    assertThat(seen).containsExactlyInAnyOrder("mail Placed", "stock Placed");
  }

  /** No process that declared the group is there any more, and nor is what the broker had of it. */
  @Test
  void whatIsGuaranteedWaitsForAGroupThatTheBrokerHasLost() {
    try (OpenedBus other = rig.setup().open()) {
      other.subscribe(MAIL, d -> {}).close();
    }
    rig.bus.publish(message("Placed"), Publish.guaranteed());
    rig.broker.wipe();
    rig.broker.start();
    rig.awaitConnection(ConnectionState.CONNECTED);
    rig.advance(Duration.ofHours(6));
    assertThat(rig.broker.groups()).doesNotContain("mail");
    assertThat(rig.bus.delayed().count(Filter.all())).isEqualTo(1);
    assertThat(rig.bus.deadLetters("mail").count(Filter.all())).isZero();

    rig.bus.subscribe(MAIL, d -> seen.add(d.message().type()));
    rig.advance(Duration.ofMinutes(2));
    assertThat(seen).containsExactly("Placed");
    assertThat(rig.bus.delayed().count(Filter.all())).isZero();
  }

  @Test
  void objectsTravelAsJson() {
    rig.bus.subscribe(
        MAIL, Handlers.on("Placed", Order.class, (order, d) -> seen.add(order.toString())));

    rig.bus.publish(Message.of("orders", "Placed", new Order("o-1", 3)));
    rig.settle();

    assertThat(seen).containsExactly("Order[id=o-1, pieces=3]");
  }

  @Test
  void batchesAreHandledTogether() {
    rig.bus.subscribeBatch(
        MAIL.batch(3, Duration.ofMinutes(1)), batch -> seen.add(batch.size() + " together"));

    rig.bus.publishAll(List.of(message("a"), message("b"), message("c"), message("d")));
    rig.settle();
    assertThat(seen).containsExactly("3 together");
    rig.advance(Duration.ofMinutes(1));

    assertThat(seen).containsExactly("3 together", "1 together");
  }

  @Test
  void aPullerTakesWhatItAsksFor() {
    try (Puller puller = rig.bus.pull(MAIL)) {
      rig.bus.publish(message("Placed"));

      List<Delivery> pulled = puller.pull(10, Duration.ofSeconds(5));
      pulled.forEach(Delivery::ack);

      assertThat(pulled).extracting(d -> d.message().type()).containsExactly("Placed");
      assertThat(rig.bus.health().consumers()).extracting(c -> c.group()).containsExactly("mail");
    }
    assertThat(rig.bus.health().consumers()).isEmpty();
  }

  @Test
  void aFailedDeliveryIsRetriedForItsGroupOnlyAndOnTime() {
    RetrySchedule schedule = RetrySchedule.delayed(Duration.ofSeconds(10), Duration.ofMinutes(2));
    rig.bus.subscribe(
        MAIL.retry(schedule),
        d -> {
          seen.add("mail " + d.attempt());
          if (d.attempt() < 3) {
            throw new IllegalStateException("not yet");
          }
        });
    rig.bus.subscribe(STOCK, d -> seen.add("stock " + d.attempt()));

    rig.bus.publish(message("Placed"));
    rig.settle();
    assertThat(seen).containsExactlyInAnyOrder("mail 1", "stock 1");
    rig.advance(Duration.ofMillis(9_999));
    assertThat(seen).hasSize(2);
    assertThat(rig.bus.delayed().count(Filter.all())).isEqualTo(1);
    rig.advance(Duration.ofMillis(100));
    assertThat(seen).hasSize(3).endsWith("mail 2");
    rig.advance(Duration.ofMinutes(3));

    assertThat(seen).hasSize(4).endsWith("mail 3");
    assertThat(rig.bus.delayed().count(Filter.all())).isZero();
  }

  @Test
  void whatIsGivenUpOnIsADeadLetterThatCanBeRedriven() {
    boolean[] mended = {false};
    rig.bus.subscribe(
        MAIL.retry(RetrySchedule.NONE),
        d -> {
          if (!mended[0]) {
            throw new IllegalStateException("out of paper");
          }
          seen.add(d.message().id() + " " + d.attempt());
        });
    Message m = message("Placed").key("k");
    rig.bus.publish(m);
    rig.settle();

    assertThat(rig.bus.deadLetters("mail").find(m.id()))
        .get()
        .satisfies(
            letter -> {
              assertThat(letter.attempts()).isEqualTo(1);
              assertThat(letter.message()).isEqualTo(m);
              assertThat(letter.failure().error()).isEqualTo("java.lang.IllegalStateException");
              assertThat(letter.failure().message()).isEqualTo("out of paper");
            });
    mended[0] = true;
    Redriven redriven = rig.bus.deadLetters("mail").redrive(Filter.error("paper"));
    rig.settle();

    assertThat(redriven).isEqualTo(new Redriven(1, 1, 0));
    assertThat(seen).containsExactly(m.id() + " 1");
    assertThat(rig.bus.deadLetters("mail").count(Filter.all())).isZero();
  }

  @Test
  void aDelayedMessageArrivesWhenItIsDueAndNotBefore() {
    rig.bus.subscribe(MAIL, d -> seen.add(d.message().type()));

    rig.bus.publish(message("Reminder"), Publish.after(Duration.ofMinutes(30)));
    rig.advance(Duration.ofMinutes(30).minusMillis(1));
    assertThat(seen).isEmpty();
    rig.advance(Duration.ofMillis(100));

    assertThat(seen).containsExactly("Reminder");
  }

  @Test
  void aDelayedMessageToOneGroupReachesOnlyThatOne() {
    rig.bus.subscribe(MAIL.events("Other"), d -> seen.add("mail"));
    rig.bus.subscribe(STOCK, d -> seen.add("stock"));

    rig.bus.publish(message("Reminder"), Publish.after(Duration.ofMinutes(1)).toGroup("mail"));
    rig.advance(Duration.ofMinutes(2));

    assertThat(seen).containsExactly("mail");
  }

  @Test
  void delayedMessagesAreCancelledMovedAndSentNow() {
    rig.bus.subscribe(MAIL, d -> seen.add(d.message().type()));
    Message moved = message("Moved");
    rig.bus.publish(message("Cancelled"), Publish.after(Duration.ofMinutes(1)).handle("order:1"));
    rig.bus.publish(moved, Publish.after(Duration.ofMinutes(1)));
    rig.bus.publish(message("Hurried"), Publish.after(Duration.ofDays(1)).handle("order:2"));
    assertThat(rig.bus.delayed().list(Filter.all(), null, 10).items())
        .extracting(d -> d.message().type())
        .containsExactlyInAnyOrder("Cancelled", "Moved", "Hurried");
    assertThat(rig.bus.delayed().find("order:2")).hasSize(1);

    assertThat(rig.bus.delayed().cancel("order:1")).isEqualTo(Outcome.DONE);
    assertThat(rig.bus.delayed().cancel("order:9")).isEqualTo(Outcome.NOT_FOUND);
    assertThat(rig.bus.delayed().reschedule(moved.id(), rig.timeline.instant().plusSeconds(3600)))
        .isEqualTo(Outcome.DONE);
    assertThat(rig.bus.delayed().sendNow("order:2")).isEqualTo(Outcome.DONE);
    rig.advance(Duration.ofMinutes(59));
    assertThat(seen).containsExactly("Hurried");
    rig.advance(Duration.ofMinutes(2));

    assertThat(seen).containsExactly("Hurried", "Moved");
  }

  /** Its retries have no handle: who gave that one spoke of what waits to be sent. */
  @Test
  void aRetryIsCancelledByItsMessagesIdOnly() {
    RetrySchedule once = RetrySchedule.delayed(Duration.ofMinutes(1));
    rig.bus.subscribe(
        MAIL.retry(once),
        d -> {
          seen.add(d.message().type() + d.attempt());
          throw new IllegalStateException("no luck");
        });
    Message byId = message("ById");
    rig.bus.publish(message("ByHandle"), Publish.after(Duration.ofMinutes(1)).handle("order:1"));
    rig.bus.publish(byId, Publish.after(Duration.ofMinutes(1)).handle("order:2"));
    rig.advance(Duration.ofSeconds(90));
    assertThat(seen).containsExactlyInAnyOrder("ByHandle1", "ById1");

    assertThat(rig.bus.delayed().cancel("order:1")).isEqualTo(Outcome.NOT_FOUND);
    assertThat(rig.bus.delayed().cancel(byId.id())).isEqualTo(Outcome.DONE);
    rig.advance(Duration.ofMinutes(2));

    assertThat(seen).containsExactlyInAnyOrder("ByHandle1", "ById1", "ByHandle2");
  }

  @Test
  void anExpiredMessageIsNotHandled() {
    Consuming mail = rig.bus.subscribe(MAIL, d -> seen.add(d.message().type()));
    mail.pause();
    rig.bus.publish(message("Short"), Publish.timeToLive(Duration.ofSeconds(10)));
    rig.bus.publish(message("Long"), Publish.timeToLive(Duration.ofMinutes(10)));
    rig.advance(Duration.ofSeconds(30));
    mail.resume();
    BusRig.eventually("the other is handled", () -> seen.contains("Long"));
    rig.settle();

    assertThat(seen).containsExactly("Long");
  }

  @Test
  void groupsAreListedMeasuredPurgedAndRemoved() {
    Consuming mail = rig.bus.subscribe(MAIL.events("Placed*"), d -> seen.add("handled"));
    mail.close(Duration.ofSeconds(1));
    rig.bus.publishAll(List.of(message("Placed"), message("PlacedAgain"), message("Paid")));

    assertThat(rig.bus.groups().list()).extracting(Group::name).containsExactly("mail");
    assertThat(rig.bus.groups().find("mail").orElseThrow().topics()).containsExactly("orders");
    assertThat(rig.bus.groups().backlog("mail").ready()).isEqualTo(2);
    assertThat(rig.bus.groups().purge("mail")).isEqualTo(2);
    assertThat(rig.bus.groups().backlog("mail").ready()).isZero();
    assertThat(rig.bus.groups().remove("mail")).isTrue();
    assertThat(rig.bus.groups().remove("mail")).isFalse();
    assertThat(rig.bus.groups().list()).isEmpty();
    assertThatThrownBy(() -> rig.bus.publish(message("Placed")))
        .isInstanceOf(PublishException.class);
  }

  @Test
  void aRemovedGroupTakesItsRetriesWithItAndLeavesItsDeadLetters() {
    Consuming mail =
        rig.bus.subscribe(
            MAIL.retry(RetrySchedule.delayed(Duration.ofMinutes(1))),
            d -> {
              if (d.message().type().equals("Dead")) {
                d.deadLetter("asked for");
              } else {
                d.retry(new IllegalStateException("not yet"));
              }
            });
    rig.bus.publishAll(List.of(message("Dead"), message("Retried")));
    rig.settle();
    assertThatThrownBy(() -> rig.bus.groups().remove("mail"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("mail");
    mail.close(Duration.ofSeconds(1));
    assertThat(rig.bus.delayed().count(Filter.all())).isEqualTo(1);

    rig.bus.groups().remove("mail");

    assertThat(rig.bus.delayed().count(Filter.all())).isZero();
    assertThat(rig.bus.deadLetters("mail").count(Filter.all())).isEqualTo(1);
  }

  @Test
  void aLockIsHeldByOne() {
    try (Lock lock = rig.bus.locks().acquire("month-end", Duration.ofMinutes(5))) {
      assertThat(lock.held()).isTrue();
      assertThat(rig.bus.locks().tryAcquire("month-end", Duration.ofMinutes(5))).isEmpty();
      assertThat(rig.bus.locks().list()).extracting(l -> l.name()).containsExactly("month-end");
    }
    assertThat(rig.bus.locks().list()).isEmpty();
    rig.bus.locks().acquire("month-end").close();
    assertThat(rig.bus.locks().ttl()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void healthTellsOfConnectionsStoreAndConsumers() {
    Consuming mail = rig.bus.subscribe(MAIL, d -> seen.add("handled"));
    rig.settle();
    Health well = rig.bus.health();
    assertThat(well.live()).isTrue();
    assertThat(well.ready()).isTrue();
    assertThat(well.connections().keySet()).containsExactlyInAnyOrder("memory", "store");
    assertThat(well.connections().values()).allMatch(c -> c.state() == ConnectionState.CONNECTED);
    assertThat(well.consumers()).extracting(c -> c.state()).containsExactly(State.RUNNING);

    rig.broker.stop();
    rig.awaitConnection(ConnectionState.DOWN);
    rig.storage.stop();
    rig.advance(Duration.ofMinutes(2));
    mail.pause();

    Health ill = rig.bus.health();
    assertThat(ill.live()).isTrue();
    assertThat(ill.connections().values()).allMatch(c -> c.state() == ConnectionState.DOWN);
    assertThat(ill.connections().values()).noneMatch(c -> c.reason().isEmpty());
  }

  @Test
  void subscriptionsComeAndGoWhileOthersRun() {
    Consuming mail = rig.bus.subscribe(MAIL, d -> seen.add("mail " + d.message().type()));
    rig.bus.publish(message("a"));
    rig.settle();
    rig.bus.subscribe(STOCK, d -> seen.add("stock " + d.message().type()));
    rig.bus.publish(message("b"));
    rig.settle();
    mail.close(Duration.ofSeconds(1));
    rig.bus.publish(message("c"));
    rig.settle();

    assertThat(seen).containsExactlyInAnyOrder("mail a", "mail b", "stock b", "stock c");
    assertThat(rig.broker.backlog("mail").ready()).isEqualTo(1);
    assertThat(rig.bus.health().consumers()).extracting(c -> c.group()).containsExactly("stock");
  }

  @Test
  void aSubscriptionThatWantsLessNoLongerGetsTheRest() {
    rig.bus.subscribe(MAIL.topics("orders", "parcels"), d -> {}).close(Duration.ofSeconds(1));
    rig.bus.subscribe(MAIL.events("Placed"), d -> seen.add(d.message().type()));
    rig.bus.subscribe(Subscription.group("all").topics("orders", "parcels"), d -> {});

    rig.bus.publishAll(
        List.of(message("Placed"), message("Paid"), Message.of("parcels", "Placed", "x")));
    rig.settle();

    assertThat(seen).containsExactly("Placed");
    assertThat(rig.broker.backlog("mail").ready()).isZero();
  }

  record Order(String id, int pieces) {}
}
