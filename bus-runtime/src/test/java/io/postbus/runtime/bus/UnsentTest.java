package io.postbus.runtime.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.PublishOptions;
import io.postbus.Redrive;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits and then can be sent to nobody ends where people see it, and can be sent again. */
class UnsentTest {
  private static final Duration UNTIL_DEAD = Duration.ofHours(3);

  private final BusRig rig = new BusRig();
  private final List<String> handled = new ArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isSeenAndSentAgain(boolean guaranteed) {
    PublishOptions later = Publish.after(Duration.ofSeconds(1));
    rig.bus.publish(message("lost"), guaranteed ? later.guaranteed() : later);
    rig.advance(UNTIL_DEAD);
    DeadLetters unsent = rig.bus.deadLetters(DeadLetters.UNSENT);
    DeadLetter letter = unsent.list(Filter.all(), null, 10).items().get(0);
    assertThat(letter.message().topic()).isEqualTo("orders");
    assertThat(letter.message().headers()).isEmpty();
    assertThat(letter.failure().error()).isEqualTo("UNROUTABLE");
    assertThat(rig.bus.delayed().count(Filter.all())).isZero();
    assertThat(unsent.redrive(Filter.all(), Redrive.now().dryRun()).matched()).isEqualTo(1);

    join("a", "orders");
    join("b", "orders");
    assertThat(unsent.redrive(Filter.topic("other")).sent()).isZero();
    assertThat(unsent.redrive(Filter.topic("orders")).sent()).isEqualTo(1);
    rig.advance(Duration.ofSeconds(10));
    assertThat(handled).containsExactlyInAnyOrder("a lost", "b lost");
    assertThat(unsent.count(Filter.all())).isZero();
    assertThat(rig.bus.delayed().count(Filter.all())).isZero();
  }

  @Test
  void goesToTheGroupThatItWasFor() {
    rig.bus.publish(message("lost"), Publish.after(Duration.ofSeconds(1)).toGroup("a"));
    rig.advance(UNTIL_DEAD);
    join("a", "others");
    join("b", "orders");
    assertThat(rig.bus.deadLetters(DeadLetters.UNSENT).redrive(Filter.all()).sent()).isEqualTo(1);
    rig.advance(Duration.ofSeconds(10));
    assertThat(handled).containsExactly("a lost");
  }

  @Test
  void diesAgainIfItStillCannotBeSent() {
    rig.bus.publish(message("lost"), Publish.after(Duration.ofSeconds(1)));
    rig.advance(UNTIL_DEAD);
    DeadLetters unsent = rig.bus.deadLetters(DeadLetters.UNSENT);
    assertThat(unsent.redrive(Filter.all()).sent()).isEqualTo(1);
    rig.advance(Duration.ofMinutes(1));
    assertThat(unsent.count(Filter.all())).isZero();
    rig.advance(UNTIL_DEAD);
    assertThat(unsent.find("lost").orElseThrow().failure().redrives()).isEqualTo(1);
    assertThat(unsent.delete(Filter.id("lost"))).isEqualTo(1);
    assertThat(unsent.count(Filter.all())).isZero();
  }

  private static Message message(String id) {
    return Message.of("orders", "Placed", id).id(id);
  }

  private void join(String group, String topic) {
    rig.bus.subscribe(
        Subscription.group(group).topics(topic).retry(RetrySchedule.NONE),
        d -> handled.add(group + " " + d.message().id()));
  }
}
