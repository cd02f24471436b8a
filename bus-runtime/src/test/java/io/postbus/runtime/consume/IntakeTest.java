package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Delivery;
import io.postbus.Interceptor;
import io.postbus.RetrySchedule;
import io.postbus.runtime.publish.PostbusHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** What happens to a message before its handler gets it. */
class IntakeTest {
  private final ConsumeRig rig = ConsumeRig.virtual();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void whatTheFilterDoesNotWantIsAcknowledgedUnhandled() {
    // A group that the driver delivers everything to, as one does that knows no filters.
    rig.join(ConsumeRig.group("g"), d -> {}).close();
    rig.publish("Placed", "Cancelled", "PlacedLate");
    rig.join(ConsumeRig.group("g").events("Placed*"), d -> seen.add(d.message().type()));
    rig.settled();

    assertThat(seen).containsExactlyInAnyOrder("Placed", "PlacedLate");
    assertThat(rig.told.unmatched).containsExactly("Cancelled");
    assertThat(rig.broker.backlog("g").unsettled()).hasValue(0);
  }

  @Test
  void whatIsSentToTheGroupItselfPassesTheFilter() {
    rig.join(
        ConsumeRig.group("g").events("Placed").retry(RetrySchedule.delayed(Duration.ofSeconds(1))),
        d -> {
          seen.add(d.message().type() + d.attempt());
          if (d.attempt() == 1) {
            throw new IllegalStateException("no luck");
          }
        });
    rig.sendTo("g", PostbusHeaders.direct(rig.message("Other")));
    rig.advance(Duration.ofSeconds(2));

    assertThat(seen).containsExactly("Other1", "Other2");
    assertThat(rig.told.unmatched).isEmpty();
  }

  @Test
  void foreignMessagesAreMappedOnceAndBeforeTheFilter() {
    AtomicInteger mappings = new AtomicInteger();
    rig.mapping =
        m -> {
          mappings.incrementAndGet();
          return m.toBuilder().type("Mapped").header("was", m.type()).build();
        };
    rig.join(ConsumeRig.group("g"), d -> {}).close();
    rig.publish("Raw");
    rig.join(
        ConsumeRig.group("g").events("Mapped").retry(RetrySchedule.delayed(Duration.ofSeconds(1))),
        d -> {
          seen.add(d.message().type() + d.attempt() + d.message().header("was"));
          if (d.attempt() == 1) {
            throw new IllegalStateException("no luck");
          }
        });
    rig.advance(Duration.ofSeconds(2));

    assertThat(seen).containsExactly("Mapped1Raw", "Mapped2Raw");
    assertThat(mappings).hasValue(1);
  }

  @Test
  void whatCannotBeMappedIsADeadLetterAsItCame() {
    rig.mapping =
        m -> {
          throw new IllegalStateException("no such field");
        };
    rig.join(ConsumeRig.group("g").retry(RetrySchedule.DEFAULT), d -> seen.add(d.message().type()));
    rig.publish("Raw");
    rig.settled();

    assertThat(seen).isEmpty();
    assertThat(rig.dead()).extracting(e -> e.message().type()).containsExactly("Raw");
    assertThat(rig.told.dead.get(0).trace()).contains("no such field");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-999999999-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "+1000000000-01-01T00:00:00Z"
      })
  void noTimeThatAForeignHeaderTellsStopsTheMember(String time) {
    rig.join(ConsumeRig.group("g"), d -> seen.add(d.message().type()));
    rig.publish(
        rig.message("Odd")
            .header("postbus-due", time)
            .header("postbus-first", time)
            .header("postbus-entry", "1/9223372036854775807/3/4")
            .header("postbus-store", "s")
            .header("postbus-guaranteed", "9223372036854775807")
            .header("postbus-attempt", "2147483647"));
    rig.publish("Good");
    rig.advance(Duration.ofSeconds(1));
    assertThat(seen).contains("Good");
  }

  @Test
  void interceptorsStandAroundEveryAttempt() {
    rig.interceptors.add(noting("outer"));
    rig.interceptors.add(noting("inner"));
    rig.join(
        ConsumeRig.group("g").retry(RetrySchedule.inPlace(Duration.ZERO)),
        d -> {
          seen.add("handler");
          if (d.attempt() == 1) {
            throw new IllegalStateException("no luck");
          }
        });
    rig.publish("A");
    rig.settled();

    assertThat(seen)
        .containsExactly(
            "outer1",
            "inner1",
            "handler",
            "inner1 out",
            "outer1 out",
            "outer2",
            "inner2",
            "handler",
            "inner2 out",
            "outer2 out");
  }

  @Test
  void logLinesOfAHandlerSayWhatItHandles() {
    List<Map<String, String>> contexts = new CopyOnWriteArrayList<>();
    rig.join(
        ConsumeRig.group("g").module("billing").consumer("orders"),
        d -> contexts.add(MDC.getCopyOfContextMap()));
    String id = rig.publish(rig.message("A")).id();
    rig.settled();

    assertThat(contexts)
        .containsExactly(
            Map.of(
                "postbus.id", id,
                "postbus.attempt", "1",
                "postbus.group", "g",
                "postbus.consumer", "orders",
                "postbus.module", "billing"));
  }

  private Interceptor noting(String name) {
    return new Interceptor() {
      @Override
      public void handle(Delivery d, io.postbus.Handler next) throws Exception {
        seen.add(name + d.attempt());
        try {
          next.handle(d);
        } finally {
          seen.add(name + d.attempt() + " out");
        }
      }
    };
  }
}
