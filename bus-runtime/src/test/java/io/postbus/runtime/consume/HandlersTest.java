package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Handlers;
import io.postbus.RetrySchedule;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandlersTest {
  private final ConsumeRig rig = ConsumeRig.virtual();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void eachEventGoesToItsHandlerDecoded() {
    rig.join(
        ConsumeRig.group("g"),
        Handlers.on("Placed", String.class, (body, d) -> seen.add("placed " + body))
            .on("Cancelled", d -> seen.add("cancelled " + d.text())));
    rig.publish("Placed");
    rig.publish("Cancelled");
    rig.settled();

    assertThat(seen).containsExactlyInAnyOrder("placed Placed", "cancelled Cancelled");
  }

  @Test
  void anEventWithoutAHandlerIsDeadAtOnce() {
    rig.join(ConsumeRig.group("g").retry(RetrySchedule.DEFAULT), Handlers.on("Placed", d -> {}));
    rig.publish("Other");
    rig.settled();

    assertThat(rig.told.dead)
        .extracting(f -> f.message())
        .containsExactly("no handler for type Other");
  }

  @Test
  void whatBecomesOfOtherEventsCanBeSaid() {
    rig.join(ConsumeRig.group("g"), Handlers.on("Placed", d -> {}).otherwise(Handlers.ignore()));
    rig.publish("Other");
    rig.settled();

    assertThat(rig.dead()).isEmpty();
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
  }

  @Test
  void anEventHasOneHandler() {
    assertThatThrownBy(() -> Handlers.on("Placed", d -> {}).on("Placed", d -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Placed");
  }
}
