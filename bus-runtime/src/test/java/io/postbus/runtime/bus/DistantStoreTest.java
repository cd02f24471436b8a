package io.postbus.runtime.bus;

import static io.postbus.runtime.bus.BusRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Bus;
import io.postbus.DelayedMessage;
import io.postbus.Filter;
import io.postbus.Handler;
import io.postbus.Publish;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.driver.memory.MemoryStorage;
import io.postbus.message.Message;
import io.postbus.spi.Delayed.Kind;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A publisher and a consumer on one broker, each with a store of its own: the group is registered
 * in both, as one is whose members run on machines that share no store.
 */
@Timeout(60)
class DistantStoreTest {
  /** Long enough for whoever is slow: what ends sooner has been acknowledged. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private static final Subscription MAIL =
      Subscription.group("mail").topics("orders").retry(RetrySchedule.NONE);

  private final BusRig rig = new BusRig();
  private final MemoryStorage near = MemoryStorage.named(rig.name + "-near", "");
  private final MemoryStorage far = MemoryStorage.named(rig.name + "-far", "");
  private final Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
  private final Handler counting =
      d -> handled.computeIfAbsent(d.message().id(), id -> new AtomicInteger()).incrementAndGet();
  private Bus publisher;
  private Bus consumer;

  @BeforeEach
  void open() {
    publisher = publisher().open();
    publisher.subscribe(MAIL, counting).close();
    consumer = rig.setup().set("store.name", rig.name + "-far").open();
  }

  @AfterEach
  void close() {
    consumer.close();
    publisher.close();
    near.close();
    far.close();
    rig.close();
  }

  private BusSetup publisher() {
    return rig.setup().set("store.name", rig.name + "-near");
  }

  private static Message message() {
    return Message.of("orders", "Placed", "x".getBytes(StandardCharsets.UTF_8));
  }

  private static List<DelayedMessage> entries(Bus bus) {
    return bus.delayed().list(Filter.all(), null, 500).items();
  }

  private List<String> publish(int count, Duration ackWithin) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Message m = message();
      publisher.publish(m, Publish.guaranteed().ackWithin(ackWithin));
      ids.add(m.id());
    }
    return ids;
  }

  private void bothAreEmpty() {
    eventually("the publisher's entries are gone", () -> entries(publisher).isEmpty());
    eventually("the consumer's entries are gone", () -> entries(consumer).isEmpty());
  }

  @Test
  void endsWithTheAcknowledgementOfAGroupWithAnotherStore() {
    consumer.subscribe(MAIL, counting);
    // The first one also brings the publisher into the group that hears of it.
    publish(1, LONG);
    bothAreEmpty();
    List<String> ids = publish(1_000, LONG);
    bothAreEmpty();

    assertThat(handled).hasSize(1_001).containsKeys(ids.toArray(String[]::new));
    assertThat(ids).allSatisfy(id -> assertThat(handled.get(id)).hasValue(1));
  }

  @Test
  void isHeardByAnyNodeOfThePublishersStore() {
    List<String> ids = publish(20, Duration.ofMillis(500));
    publisher.close();
    consumer.subscribe(MAIL, counting);
    eventually("they are handled", () -> handled.size() == ids.size());
    assertThat(entries(rig.bus)).isEmpty();
    publisher = publisher().open();
    bothAreEmpty();

    assertThat(handled).hasSize(20);
  }

  @Test
  void aFailureTakesTheGuaranteeToTheStoreOfItsGroup() {
    ConcurrentLinkedQueue<Integer> attempts = new ConcurrentLinkedQueue<>();
    var member =
        consumer.subscribe(
            MAIL.retry(RetrySchedule.delayed(Duration.ofSeconds(1))),
            d -> {
              attempts.add(d.attempt());
              if (d.attempt() == 1) {
                throw new IllegalStateException("once");
              }
            });
    publish(1, Duration.ofSeconds(2));
    eventually("it has failed", () -> !entries(consumer).isEmpty());
    assertThat(entries(consumer)).extracting(DelayedMessage::kind).containsExactly(Kind.RETRY);
    eventually("the publisher's entry is gone", () -> entries(publisher).isEmpty());
    // The broker loses the retry.
    member.pause();
    eventually("it is sent", () -> rig.broker.backlog("mail").ready() == 1);
    eventually("it is guaranteed", () -> entries(consumer).get(0).kind() == Kind.GUARANTEED);
    consumer.groups().purge("mail");
    member.resume();
    bothAreEmpty();

    assertThat(attempts).containsExactly(1, 2);
  }

  @Test
  void endsWithADeadLetterInAnotherStore() {
    consumer.subscribe(
        MAIL,
        d -> {
          throw new IllegalStateException("never");
        });
    List<String> ids = publish(10, LONG);
    bothAreEmpty();

    ids.forEach(id -> assertThat(consumer.deadLetters("mail").find(id)).isPresent());
    assertThat(consumer.deadLetters("mail").count(Filter.all())).isEqualTo(10);
  }

  @Test
  void nothingIsGuaranteedToGroupsThatThePublishersStoreDoesNotKnow() {
    consumer.subscribe(
        Subscription.group("other").topics("parcels").events("Sent", "Lost"), counting);
    Message m = Message.of("parcels", "Sent", new byte[0]);
    assertThatThrownBy(() -> publisher.publish(m, Publish.guaranteed()))
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNROUTABLE))
        .hasMessageContaining("registered in this store");
    publisher.publish(m);
    eventually("it is confirmed and handled", () -> handled.containsKey(m.id()));
    // A group that is known and wants other types is not the same as none.
    publisher.subscribe(Subscription.group("mail").topics("parcels").events("Lost"), d -> {});
    publisher.publish(m, Publish.guaranteed());
  }

  @Test
  void isNoGroupThatPeopleSubscribedTo() {
    consumer.subscribe(MAIL, counting);
    publish(5, LONG);
    bothAreEmpty();
    String acks = "postbus.acks.";

    assertThat(publisher.groups().list()).anyMatch(g -> g.name().startsWith(acks));
    assertThat(publisher.health().consumers()).noneMatch(c -> c.group().startsWith(acks));
    assertThat(rig.broker.groups()).filteredOn(g -> g.startsWith(acks)).hasSize(1);
  }
}
