package io.postbus.test;

import static io.postbus.test.Handled.Outcome.ACKNOWLEDGED;
import static io.postbus.test.Handled.Outcome.EXPIRED;
import static io.postbus.test.Handled.Outcome.RELEASED;
import static io.postbus.test.Handled.Outcome.RETRIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Delivery;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.PublishException;
import io.postbus.spi.PublishException.Outcome;
import io.postbus.spi.Rate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestBusTest {
  private static final Subscription MAIL = Subscription.group("mail").topics("orders");

  private final TestBus bus = TestBus.create();
  private final Message placed = Message.of("orders", "Placed", "o-1");

  @AfterEach
  void close() {
    bus.close();
  }

  /** Stands in the class's javadoc. */
  @Test
  void theExampleOfItsJavadoc() {
    Message reminder = Message.of("orders", "Reminder", "o-1");
    try (TestBus bus = TestBus.create()) {
      bus.subscribe(Subscription.group("mail").topics("orders"), new Mail());
      bus.publish(reminder, Publish.after(Duration.ofMinutes(30)));
      bus.advance(Duration.ofMinutes(30));
      assertThat(bus.handled("mail")).extracting(Handled::outcome).containsExactly(ACKNOWLEDGED);
    }
  }

  @Test
  void aDelayedMessageComesAtItsMomentAndNotBefore() {
    bus.subscribe(MAIL, new Mail());
    Instant start = bus.now();

    bus.publish(placed, Publish.after(Duration.ofMinutes(30)));
    bus.advance(Duration.ofMinutes(30).minusMillis(1));
    assertThat(bus.handled()).isEmpty();
    bus.advance(Duration.ofMillis(1));

    assertThat(bus.handled()).hasSize(1);
    assertThat(bus.now()).isEqualTo(start.plus(Duration.ofMinutes(30)));
    assertThat(bus.published()).containsExactly(placed);
  }

  @Test
  void theLedgerTellsEveryAttemptAndHowItEnded() {
    bus.subscribe(
        MAIL.retry(
            RetrySchedule.inPlace(Duration.ofMillis(100)).thenDelayed(Duration.ofSeconds(10))),
        d -> {
          throw new IllegalStateException("out of paper");
        });
    bus.subscribe(Subscription.group("stock").topics("orders"), Delivery::ack);

    bus.publish(placed);
    bus.awaitIdle();
    assertThat(bus.handled("mail")).hasSize(1);
    bus.advance(Duration.ofMillis(100));
    assertThat(bus.handled("mail")).hasSize(2);
    bus.advance(Duration.ofSeconds(10));

    assertThat(bus.handled("mail"))
        .extracting(Handled::toString)
        .containsExactly(
            "mail: Placed #1 RETRIED", "mail: Placed #2 RETRIED", "mail: Placed #3 DEAD");
    assertThat(bus.handled("stock")).extracting(Handled::outcome).containsExactly(ACKNOWLEDGED);
    assertThat(bus.deadLetters("mail").count(Filter.error("paper"))).isEqualTo(1);

    bus.clearLedger();
    bus.deadLetters("mail").redrive(Filter.all());
    bus.awaitIdle();

    assertThat(bus.handled()).extracting(Handled::attempt).containsExactly(1);
  }

  @Test
  void whatIsReleasedOrExpiredIsToldApart() {
    bus.subscribe(
        MAIL,
        d -> {
          if (bus.handled().isEmpty()) {
            d.release();
          }
        });
    bus.publish(placed);
    bus.awaitIdle();
    assertThat(bus.handled()).extracting(Handled::outcome).containsExactly(RELEASED, ACKNOWLEDGED);

    bus.clearLedger();
    bus.publish(placed.expiry(bus.now()));
    bus.awaitIdle();
    assertThat(bus.handled()).extracting(Handled::outcome).containsExactly(EXPIRED);
  }

  @Test
  void moreThanAMemberMayHoldDoesNotStopTheTime() {
    bus.subscribe(
        MAIL.concurrency(1).fetch(2, Duration.ofSeconds(1)).retry(RetrySchedule.NONE), d -> {});
    for (int i = 0; i < 10; i++) {
      bus.publish(placed.id("m" + i));
    }

    bus.advance(Duration.ofSeconds(10));

    assertThat(bus.handled("mail")).hasSize(10);
  }

  @Test
  void aRateLimitSpreadsDeliveriesOverVirtualTime() {
    bus.subscribe(MAIL.rateLimit(Rate.perSecond(1)), d -> {});
    for (int i = 0; i < 5; i++) {
      bus.publish(placed.id("m" + i));
    }

    bus.advance(Duration.ofMillis(1_500));
    assertThat(bus.handled()).hasSizeLessThan(5);
    bus.advance(Duration.ofSeconds(10));

    assertThat(bus.handled()).hasSize(5);
  }

  @Test
  void aBrokerThatIsDownFailsPublicationsAndComesBack() {
    bus.subscribe(MAIL, new Mail());
    bus.broker().down();

    assertThatThrownBy(() -> bus.publish(placed))
        .isInstanceOfSatisfying(BusException.class, e -> assertThat(e.retryable()).isTrue());
    assertThat(bus.published()).isEmpty();
    bus.broker().up();
    bus.publish(placed);
    bus.awaitIdle();

    assertThat(bus.handled("mail")).extracting(Handled::id).containsExactly(placed.id());
  }

  @Test
  void aBrokerThatBlocksRefusesPublishersAndStillDelivers() {
    bus.subscribe(MAIL, new Mail());
    bus.broker().block();
    assertThatThrownBy(() -> bus.publish(placed, Publish.timeout(Duration.ofMillis(20))))
        .isInstanceOf(PublishException.class);
    bus.broker().unblock();

    bus.publish(placed);
    bus.awaitIdle();

    assertThat(bus.handled()).hasSize(1);
  }

  @Test
  void theNextPublicationsCanBeMadeToFail() {
    bus.subscribe(MAIL, new Mail());
    bus.broker().failNext(1, Outcome.REJECTED);

    assertThatThrownBy(() -> bus.publish(placed))
        .isInstanceOfSatisfying(
            PublishException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.REJECTED));
    bus.publish(placed);
    bus.awaitIdle();

    assertThat(bus.published()).hasSize(1);
    assertThat(bus.handled()).hasSize(1);
    assertThat(bus.broker().groups()).containsExactly("mail");
    assertThat(bus.broker().backlog("mail").ready()).isZero();
  }

  @Test
  void withTheStoreDownAFailedDeliveryIsHeldUntilItIsBack() {
    bus.subscribe(
        MAIL.retry(RetrySchedule.delayed(Duration.ofSeconds(10))),
        d -> {
          if (d.attempt() == 1) {
            throw new IllegalStateException("once");
          }
        });
    bus.storeDown();
    bus.publish(placed);
    bus.advance(Duration.ofSeconds(30));
    assertThat(bus.handled()).extracting(Handled::outcome).doesNotContain(ACKNOWLEDGED);

    bus.storeUp();
    bus.advance(Duration.ofMinutes(1));

    assertThat(bus.handled("mail"))
        .extracting(Handled::outcome)
        .containsExactly(RETRIED, ACKNOWLEDGED);
  }

  @Test
  void aHandlerThatDoesNotReturnIsNamed() {
    CountDownLatch over = new CountDownLatch(1);
    try (TestBus impatient = TestBus.builder().patience(Duration.ofMillis(300)).open()) {
      impatient.subscribe(MAIL, d -> assertThat(over.await(20, TimeUnit.SECONDS)).isTrue());
      impatient.publish(placed);

      assertThatThrownBy(impatient::awaitIdle)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("mail: 0 ready, 1 in hand");
      over.countDown();
    }
  }

  @Test
  void twoBusesDoNotMeet() {
    bus.subscribe(MAIL, new Mail());
    try (TestBus other = TestBus.create()) {
      assertThatThrownBy(() -> other.publish(placed)).isInstanceOf(PublishException.class);
    }
  }

  @Test
  void theApplicationsOwnConfigurationRunsOnMemory(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("postbus.yaml");
    Files.writeString(
        file,
        """
        driver: rabbitmq
        namespace: "shop."
        drivers:
          rabbitmq: { uris: ["amqps://user:secret@broker/"], queue-type: quorum }
          eu: { type: rabbitmq, tls: { ca: ca.pem } }
        store: { type: jdbc, url: "jdbc:mysql://db/postbus", pool: { max: 8 } }
        modules:
          mailing:
            handler: io.postbus.test.TestBusTest$Mail
            consumers:
              orders: { topics: [orders] }
        """);
    Mail.SEEN.clear();
    try (TestBus shop = TestBus.builder().file(file).open()) {
      shop.modules().start(List.of("mailing"));
      shop.publish(placed);
      shop.awaitIdle();

      assertThat(Mail.SEEN).containsExactly(placed.id());
      assertThat(shop.handled("mailing.orders")).hasSize(1);
      assertThat(shop.broker().groups()).containsExactly("mailing.orders");
      shop.publish(placed.id("eu-1"), Publish.driver("eu").after(Duration.ofHours(1)));
      assertThat(shop.broker("eu").groups()).isEmpty();
    }
    assertThatThrownBy(() -> TestBus.builder().file(file).set("sotre.type", "x").open())
        .isInstanceOf(ConfigurationException.class);
  }

  /** A handler as applications write them. */
  public static final class Mail implements io.postbus.ModuleHandler {
    static final List<String> SEEN = new CopyOnWriteArrayList<>();

    /** For the configuration. */
    public Mail() {}

    @Override
    public void handle(Delivery delivery) {
      SEEN.add(delivery.message().id());
    }
  }
}
