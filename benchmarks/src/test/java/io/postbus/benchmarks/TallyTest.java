package io.postbus.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final int RUN = 7;

  @Test
  void isContentWithEachMessageOnce() throws InterruptedException {
    Tally tally = new Tally(RUN, 200, 0);
    for (int n = 199; n >= 0; n--) {
      tally.accept(Payload.of(RUN, n, 200));
    }
    tally.await(SOON);
    tally.check();
    assertThat(tally.latency(100)).isLessThan(60_000);
  }

  @Test
  void missesWhatIsLost() {
    Tally tally = new Tally(RUN, 3, 0);
    tally.accept(Payload.of(RUN, 0, 20));
    tally.accept(Payload.of(RUN, 2, 20));
    assertThatIllegalStateException()
        .isThrownBy(() -> tally.await(SOON))
        .withMessage("1 of 3 messages have not come");
  }

  @Test
  void noticesWhatComesTwice() {
    Tally tally = new Tally(RUN, 2, 0);
    tally.accept(Payload.of(RUN, 1, 20));
    tally.accept(Payload.of(RUN, 1, 20));
    assertThatIllegalStateException().isThrownBy(tally::check).withMessage("message 1 came twice");
  }

  @Test
  void noticesWhatIsOfAnotherRun() {
    Tally tally = new Tally(RUN, 2, 0);
    tally.accept(Payload.of(RUN - 1, 1, 20));
    assertThatIllegalStateException()
        .isThrownBy(tally::check)
        .withMessage("message 1 of run 6 came in run 7");
  }

  @Test
  void noticesWhatIsOvertakenWithinItsKeyOnly() {
    Tally tally = new Tally(RUN, 6, 2);
    tally.accept(Payload.of(RUN, 1, 20));
    tally.accept(Payload.of(RUN, 0, 20));
    tally.check();
    tally.accept(Payload.of(RUN, 4, 20));
    tally.accept(Payload.of(RUN, 2, 20));
    assertThatIllegalStateException()
        .isThrownBy(tally::check)
        .withMessage("message 2 was overtaken within its key");
  }
}
