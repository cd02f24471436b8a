package io.postbus.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Failure;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PostbusHeadersTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LAST = Instant.parse("2026-03-01T10:05:00Z");
  private static final Failure FAILURE =
      new Failure(FIRST, LAST, "java.io.IOException", "broken pipe", "at x", 2);

  private final Message message =
      Message.of("orders", "Placed", new byte[] {1}).header("tenant", "a");

  @Test
  void aMessageWithoutHeadersOfOursIsAFirstAttemptThatNeverFailed() {
    assertThat(PostbusHeaders.attempt(message)).isEqualTo(1);
    assertThat(PostbusHeaders.failure(message)).isNull();
    assertThat(PostbusHeaders.strip(message)).isSameAs(message);
  }

  @Test
  void theNextAttemptKnowsWhenItFailedFirstAndHowOftenItWasRedriven() {
    Message next = PostbusHeaders.next(message, 4, FAILURE);

    assertThat(PostbusHeaders.attempt(next)).isEqualTo(4);
    assertThat(PostbusHeaders.failure(next)).isEqualTo(new Failure(FIRST, LAST, "", "", "", 2));
    assertThat(PostbusHeaders.strip(next)).isEqualTo(message);
  }

  @Test
  void aDeadLetterOnTheBrokerKeepsAllThatIsKnownOfItsFailure() {
    Message dead = PostbusHeaders.dead(message, 3, FAILURE);

    assertThat(PostbusHeaders.attempt(dead)).isEqualTo(3);
    assertThat(PostbusHeaders.failure(dead)).isEqualTo(FAILURE);
  }

  @Test
  void aRedrivenMessageIsAFirstAttemptThatRemembersItsRedrives() {
    Message again = PostbusHeaders.redriven(PostbusHeaders.dead(message, 3, FAILURE), 3);

    assertThat(PostbusHeaders.attempt(again)).isEqualTo(1);
    assertThat(PostbusHeaders.failure(again)).isNull();
    assertThat(PostbusHeaders.redrives(again)).isEqualTo(3);
  }

  @Test
  void whatWasSentToOneGroupIsToldFromWhatCameThroughItsTopic() {
    assertThat(PostbusHeaders.isDirect(message)).isFalse();
    assertThat(PostbusHeaders.isDirect(PostbusHeaders.direct(message))).isTrue();
    assertThat(PostbusHeaders.isDirect(PostbusHeaders.next(message, 2, FAILURE))).isTrue();
    assertThat(PostbusHeaders.isDirect(PostbusHeaders.redriven(message, 1))).isTrue();
    assertThat(PostbusHeaders.isDirect(PostbusHeaders.due(message, FIRST))).isFalse();
  }

  @Test
  void whatHasBeenMappedOnceStaysMappedThroughEveryRetry() {
    Message mapped = PostbusHeaders.mapped(message);

    assertThat(PostbusHeaders.isMapped(message)).isFalse();
    assertThat(PostbusHeaders.isMapped(PostbusHeaders.next(mapped, 2, FAILURE))).isTrue();
    assertThat(PostbusHeaders.isMapped(PostbusHeaders.redriven(mapped, 1))).isTrue();
    assertThat(PostbusHeaders.isMapped(PostbusHeaders.strip(mapped))).isFalse();
  }

  @Test
  void aRetryThatWaitsOnTheBrokerSaysUntilWhen() {
    assertThat(PostbusHeaders.due(message)).isNull();
    assertThat(PostbusHeaders.due(PostbusHeaders.due(message, LAST))).isEqualTo(LAST);
  }

  @Test
  void nonsenseThatAnotherProgramWroteDoesNoHarm() {
    Message odd = message.header("postbus-attempt", "-7").header("postbus-failed-first", "soon");

    assertThat(PostbusHeaders.attempt(odd)).isEqualTo(1);
    assertThat(PostbusHeaders.failure(odd)).isNull();
  }
}
