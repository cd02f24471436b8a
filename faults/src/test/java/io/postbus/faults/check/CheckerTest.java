package io.postbus.faults.check;

import static io.postbus.faults.check.Told.LOOSE;
import static io.postbus.faults.check.Told.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.faults.history.Ending;
import io.postbus.faults.history.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Histories that keep the rules, and for each rule one that breaks it and no other. */
class CheckerTest {
  private final Told told = new Told();

  @Test
  void findsNothingInAGoodHistory() {
    told.confirmed("a").handled("a");
    told.published("d", Kind.DELAYED, "", Duration.ofMillis(2)).ended("d", Ending.CONFIRMED);
    told.passed(Duration.ofMillis(2)).fired("d", "c1").handled("d");
    told.published("x", Kind.REVOKED, "", Duration.ofSeconds(1)).ended("x", Ending.CONFIRMED);
    told.cancelled("x");
    told.published("b", Kind.BAD, "k", Duration.ZERO).ended("b", Ending.CONFIRMED);
    told.begun("b", STRICT, 1).begun("b", LOOSE, 1).begun("b", STRICT, 2).begun("b", LOOSE, 2);
    told.dead("b", STRICT).dead("b", LOOSE);
    told.held(1, "c1").held(1, "c1").held(2, "c2").held(3, "c1");

    assertThat(told.broken()).isEmpty();
    assertThat(told.account()).isEqualTo(new Account(4, 4, 0, 0, 6, 0, 0));
  }

  @Test
  void nothingConfirmedMayBeMissingInAGroup() {
    told.confirmed("a").handled("a", STRICT);

    breaks("nothing lost", "a was confirmed and not handled by loose");
    assertThat(told.account().lost()).isEqualTo(1);
  }

  @Test
  void whatIsMissingIsToldWithHowFarItCame() {
    told.published("d", Kind.DELAYED, "", Duration.ZERO).ended("d", Ending.CONFIRMED);
    told.fired("d", "c1").handled("d", STRICT);
    breaks("nothing lost", "d was confirmed and not handled by loose: sent 1 times, no attempt");

    told.begun("d", LOOSE, 1);
    breaks("nothing lost", "d was confirmed and not handled by loose: 1 attempts begun");
  }

  @Test
  void whatAForgetfulBrokerHadMayBeMissingUnlessItIsGuaranteed() {
    told.confirmed("a").forgot();
    assertThat(told.broken()).isEmpty();

    told.published("g", Kind.GUARANTEED, "", Duration.ZERO).ended("g", Ending.CONFIRMED).forgot();
    told.handled("g", LOOSE);
    breaks("nothing lost", "g was confirmed and not handled by strict");
  }

  @Test
  void whatWasConfirmedWellBeforeItsLastMomentsABrokerMustNotForget() {
    told.confirmed("early").handled("early", LOOSE).passed(Duration.ofSeconds(2));
    told.confirmed("late");
    told.forgot(Duration.ofSeconds(1));

    breaks("nothing lost", "early was confirmed and not handled by strict");
    assertThat(told.broken().toString()).doesNotContain("late was confirmed");
  }

  @Test
  void aBadMessageHasToDieAndNotMerelyToFail() {
    told.published("b", Kind.BAD, "k", Duration.ZERO).ended("b", Ending.CONFIRMED);
    told.begun("b", STRICT, 1).dead("b", STRICT).begun("b", LOOSE, 1);

    breaks("nothing lost", "b was confirmed and not handled by loose");
  }

  @Test
  void whatIsUnknownOrFailedMayBeMissing() {
    told.published("u").ended("u", Ending.UNKNOWN);
    told.published("f").ended("f", Ending.FAILED);
    told.published("dead publisher");

    assertThat(told.broken()).isEmpty();
    assertThat(told.account()).isEqualTo(new Account(3, 0, 1, 2, 0, 0, 0));
  }

  @Test
  void nothingMayBeHandledThatNobodyPublished() {
    told.handled("ghost", STRICT);

    breaks("nothing invented", "ghost was handled and never published");
  }

  @Test
  void whatCertainlyFailedMayNotBeHandled() {
    told.published("f").ended("f", Ending.FAILED).handled("f", LOOSE);

    breaks("nothing invented", "f was handled, though publishing it had certainly failed");
  }

  @Test
  void whatIsUnknownMayBeHandled() {
    told.published("u").ended("u", Ending.UNKNOWN).handled("u", LOOSE);

    assertThat(told.broken()).isEmpty();
  }

  @Test
  void aKeyMayNotBeOvertakenWhereOrderIsAskedFor() {
    told.confirmed("a").confirmed("b");
    told.handled("b", STRICT).handled("a", STRICT).handled("a", LOOSE).handled("b", LOOSE);

    breaks("order by key", "strict began b before a");
  }

  @Test
  void orderIsThatOfTheFirstHandling() {
    told.confirmed("a").confirmed("b").handled("a").handled("b");
    told.fault(Duration.ofSeconds(1)).handled("a");

    assertThat(told.broken()).isEmpty();
    assertThat(told.account().repeats()).isEqualTo(2);
  }

  @Test
  void otherKeysAndOtherGroupsMayOvertake() {
    told.confirmed("a").published("b", Kind.PLAIN, "other", Duration.ZERO);
    told.ended("b", Ending.CONFIRMED).confirmed("c");
    told.handled("b").handled("a", STRICT).handled("c").handled("a", LOOSE);

    assertThat(told.broken()).isEmpty();
  }

  @Test
  void nothingMayBeHandledBeforeItIsDue() {
    told.published("d", Kind.DELAYED, "", Duration.ofSeconds(1)).ended("d", Ending.CONFIRMED);
    told.handled("d");

    breaks("nothing early", "d was handled by");
  }

  @Test
  void nothingMayBeFiredBeforeItIsDue() {
    told.published("d", Kind.DELAYED, "", Duration.ofMillis(5)).ended("d", Ending.CONFIRMED);
    told.fired("d", "c1").passed(Duration.ofSeconds(1)).handled("d");

    breaks("nothing early", "d was sent at");
  }

  @Test
  void whatIsCancelledMayNotBeHandled() {
    told.published("x", Kind.REVOKED, "", Duration.ZERO).ended("x", Ending.CONFIRMED);
    told.cancelled("x").handled("x", LOOSE);

    breaks("cancelled stays away", "x was cancelled and handled all the same, by [loose]");
  }

  @Test
  void anEntryMayNotBeFiredTwice() {
    told.published("d", Kind.DELAYED, "", Duration.ZERO).ended("d", Ending.CONFIRMED);
    told.fired("d", "c1").fired("d", "c2").handled("d");

    breaks("fired once", "d was fired twice, by c1 and c2");
  }

  @Test
  void aFaultMayHaveAnEntryFiredAgain() {
    told.published("d", Kind.DELAYED, "", Duration.ZERO).ended("d", Ending.CONFIRMED);
    told.fired("d", "c1").handled("d").passed(Duration.ofSeconds(1)).fault(Duration.ofSeconds(1));
    told.passed(Duration.ofSeconds(30)).fired("d", "c2").handled("d");

    assertThat(told.broken()).isEmpty();
  }

  @Test
  void twoNodesMayNotHaveALockInOneEpoch() {
    told.held(1, "c1").held(1, "c2");

    breaks("one holder", "c1 with epoch 1 and c2 with epoch 1 in one epoch");
  }

  @Test
  void noNodeMayHaveALockWhileAnotherIsCertainOfIt() {
    told.held(1, "c1").held(2, "c2").held(1, "c1");

    breaks("one holder", "at the same time");
  }

  @Test
  void epochsMustGrow() {
    told.held(2, "c1").held(1, "c2");

    breaks("one holder", "the later epoch is the smaller");
  }

  @Test
  void onlyWhatAlwaysFailsMayBeADeadLetter() {
    told.confirmed("a").handled("a").dead("a", STRICT);

    breaks("only bad ones die", "a is a dead letter of strict without a reason");
  }

  @Test
  void nothingMayBeRepeatedWhereNothingWasBroken() {
    told.confirmed("a").handled("a").handled("a", LOOSE);

    breaks("repeats near faults", "attempt 1 of a began again in loose");
    assertThat(told.account().repeats()).isEqualTo(1);
  }

  @Test
  void aRepeatLongAfterAFaultHasAnotherReason() {
    told.confirmed("a").handled("a").fault(Duration.ofSeconds(1));
    told.passed(Duration.ofMinutes(2)).handled("a", LOOSE);

    breaks("repeats near faults", "attempt 1 of a began again");
  }

  @Test
  void anotherAttemptIsNoRepeat() {
    told.confirmed("a").begun("a", STRICT, 1).begun("a", STRICT, 2).handled("a", LOOSE);
    told.passed(Duration.ofMinutes(2));

    assertThat(told.account().repeats()).isZero();
  }

  @Test
  void anAttemptThatIsMeantToFailMayBeginAgain() {
    told.published("f", Kind.FLAKY, "k", Duration.ZERO).ended("f", Ending.CONFIRMED);
    told.begun("f", STRICT, 1).begun("f", STRICT, 1).begun("f", STRICT, 2);
    assertThat(told.account().repeats()).isZero();

    told.begun("f", STRICT, 2);
    assertThat(told.account().repeats()).isEqualTo(1);
  }

  private void breaks(String rule, String place) {
    assertThat(told.broken()).containsOnlyKeys(rule);
    assertThat(told.broken().get(rule)).first().asString().contains(place);
  }
}
