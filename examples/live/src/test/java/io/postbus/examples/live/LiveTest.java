package io.postbus.examples.live;

import static io.postbus.test.Handled.Outcome.ACKNOWLEDGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DeadLetter;
import io.postbus.Filter;
import io.postbus.examples.live.Live.DurationReached;
import io.postbus.examples.live.Live.IncomeEarned;
import io.postbus.examples.live.Live.RateSet;
import io.postbus.message.Message;
import io.postbus.test.Handled;
import io.postbus.test.TestBus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The modules as they are configured, on a bus whose time the tests move. */
class LiveTest {
  private final TestBus bus =
      TestBus.builder()
          .file(Path.of("postbus.yaml"))
          .set("driver", "memory")
          .set("admin", Map.of())
          .open();

  @BeforeEach
  void start() {
    bus.modules().start(bus.modules().names());
  }

  @AfterEach
  void close() {
    bus.close();
  }

  @Test
  void findsWhoHasStreamedAndEarnedEnoughAndNobodyElse() {
    streamed("ann", 75);
    earned("ann", 60, "coins");
    earned("ann", 60, "coins");
    streamed("bob", 90);
    earned("bob", 100, "coins");
    streamed("cho", 60);
    earned("cho", 500, "coins");
    bus.awaitIdle();
    assertThat(bus.published())
        .filteredOn(m -> m.type().equals("TaskCompleted"))
        .extracting(Message::key)
        .containsExactly("ann");
  }

  @Test
  void aMessageThatComesTwiceCountsOnce() {
    streamed("ann", 75);
    Message gift = income("ann", 60, "coins");
    bus.publish(gift);
    bus.publish(gift);
    bus.awaitIdle();
    assertThat(bus.published()).noneMatch(m -> m.type().equals("TaskCompleted"));
  }

  @Test
  void paysAtTheThirdAttemptBecauseTheServiceIsDownForTwo() {
    streamed("ann", 75);
    earned("ann", 120, "coins");
    bus.awaitIdle();
    assertThat(bus.handled("rewards.pay")).extracting(Handled::attempt).containsExactly(1);
    bus.advance(Duration.ofSeconds(1));
    assertThat(bus.handled("rewards.pay")).extracting(Handled::attempt).containsExactly(1, 2);
    bus.advance(Duration.ofSeconds(1));
    assertThat(bus.handled("rewards.pay")).extracting(Handled::attempt).containsExactly(1, 2, 3);
    assertThat(bus.handled("rewards.pay").get(2).outcome()).isEqualTo(ACKNOWLEDGED);
  }

  @Test
  void anUnknownCurrencyWaitsInTheDeadLettersForItsRate() {
    earned("gus", 3, "jade");
    bus.awaitIdle();
    assertThat(bus.deadLetters("totals.all").list(Filter.all(), null, 10).items())
        .singleElement()
        .extracting(DeadLetter::attempts)
        .isEqualTo(1);
    bus.publish(Message.of(Live.RATES, "RateSet", new RateSet("jade", 100)));
    bus.awaitIdle();
    assertThat(bus.deadLetters("totals.all").redrive(Filter.all()).sent()).isEqualTo(1);
    bus.awaitIdle();
    assertThat(bus.deadLetters("totals.all").count(Filter.all())).isZero();
  }

  private void earned(String uid, long amount, String currency) {
    bus.publish(income(uid, amount, currency));
  }

  private void streamed(String uid, long minutes) {
    DurationReached event = new DurationReached(uid, minutes);
    bus.publish(Message.of(Live.DURATION, "DurationReached", event).key(uid));
  }

  private static Message income(String uid, long amount, String currency) {
    IncomeEarned event = new IncomeEarned(uid, amount, currency);
    return Message.of(Live.INCOME, "IncomeEarned", event).key(uid);
  }
}
