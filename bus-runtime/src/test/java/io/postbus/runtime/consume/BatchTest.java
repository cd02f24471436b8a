package io.postbus.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.BatchHandler;
import io.postbus.Delivery;
import io.postbus.Interceptor;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.runtime.consume.Observer.Outcome;
import io.postbus.spi.Delayed;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final Duration LINGER = Duration.ofMillis(50);

  private final ConsumeRig rig = ConsumeRig.virtual();

  /** The types of each batch. */
  private final List<List<String>> batches = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  @Test
  void aBatchIsHandledOnceItIsFull() {
    rig.joinBatch(group(3), noting());
    rig.publish("A", "B", "C", "D");
    rig.settled();

    assertThat(batches).containsExactly(List.of("A", "B", "C"));
    rig.advance(LINGER);
    assertThat(batches).containsExactly(List.of("A", "B", "C"), List.of("D"));
    assertThat(rig.told.outcomes).hasSize(4).containsOnly(Outcome.OK);
  }

  @Test
  void aBatchThatThrowsIsRepeatedOneByOneSoThatABadOneHarmsItselfAlone() {
    rig.joinBatch(group(4).concurrency(1), failingOn("Bad"));
    rig.publish("A", "Bad", "B", "C");
    rig.settled();

    assertThat(batches)
        .containsExactly(
            List.of("A", "Bad", "B", "C"),
            List.of("A"),
            List.of("Bad"),
            List.of("B"),
            List.of("C"));
    assertThat(rig.dead()).extracting(Delayed::attempt).containsExactly(1);
    assertThat(rig.told.outcomes).filteredOn(Outcome.OK::equals).hasSize(3);
  }

  @Test
  void itemsMayBeSettledEachByItself() {
    rig.joinBatch(
        group(3),
        batch -> {
          note(batch);
          batch.get(0).deadLetter("no");
          batch.get(1).ack();
          throw new IllegalStateException("only the third is left");
        });
    rig.publish("A", "B", "C");
    rig.settled();

    assertThat(batches).containsExactly(List.of("A", "B", "C"), List.of("C"));
    assertThat(rig.dead()).extracting(e -> e.message().type()).containsExactlyInAnyOrder("A", "C");
  }

  @Test
  void aRetriedItemComesAgainAlone() {
    rig.joinBatch(
        group(2).retry(RetrySchedule.inPlace(Duration.ofSeconds(1))),
        batch -> {
          note(batch);
          if (batch.get(0).attempt() == 1) {
            batch.get(0).retry(new IllegalStateException("no luck"));
          }
        });
    rig.publish("A", "B");
    rig.advance(Duration.ofSeconds(1));

    assertThat(batches).containsExactly(List.of("A", "B"), List.of("A"));
  }

  @Test
  void aBatchKeepsTheOrderWithinItsKeysAlsoWhenItFails() {
    rig.joinBatch(
        group(4)
            .order(Order.KEY)
            .concurrency(4)
            .retry(RetrySchedule.inPlace(Duration.ofSeconds(1))),
        batch -> {
          note(batch);
          if (batch.stream().anyMatch(d -> d.message().type().equals("n1") && d.attempt() == 1)) {
            throw new IllegalStateException("no luck");
          }
        });
    rig.keyed("k", 0, 8);
    rig.settled();

    assertThat(batches)
        .containsExactly(List.of("n0", "n1", "n2", "n3"), List.of("n0"), List.of("n1"));
    rig.advance(Duration.ofSeconds(1));
    assertThat(batches.subList(3, batches.size()))
        .containsExactly(
            List.of("n1"), List.of("n2"), List.of("n3"), List.of("n4", "n5", "n6", "n7"));
  }

  @Test
  void batchesOfASingleGroupComeOneAfterTheOther() {
    rig.joinBatch(group(5).order(Order.SINGLE).concurrency(4), noting());
    for (int i = 0; i < 5; i++) {
      rig.publish("A", "B", "C");
    }
    rig.advance(LINGER.multipliedBy(3));

    assertThat(batches.stream().flatMap(List::stream).toList())
        .containsExactly("A", "B", "C", "A", "B", "C", "A", "B", "C", "A", "B", "C", "A", "B", "C");
    assertThat(batches).allSatisfy(b -> assertThat(b.size()).isLessThanOrEqualTo(5));
  }

  @Test
  void whatHasExpiredIsNotInTheBatch() {
    rig.joinBatch(group(2), noting());
    rig.publish(rig.message("Old").expiry(rig.timeline.instant()));
    rig.publish("A");
    rig.settled();

    assertThat(batches).containsExactly(List.of("A"));
    assertThat(rig.told.expired).containsExactly("Old");
  }

  private static Subscription group(int size) {
    return ConsumeRig.group("g").batch(size, LINGER);
  }

  private BatchHandler noting() {
    return this::note;
  }

  private BatchHandler failingOn(String type) {
    return batch -> {
      note(batch);
      if (batch.stream().anyMatch(d -> d.message().type().equals(type))) {
        throw new IllegalStateException("no luck");
      }
    };
  }

  private void note(List<Delivery> batch) {
    batches.add(batch.stream().map(d -> d.message().type()).toList());
  }

  @Test
  void interceptorsStandAroundBatches() throws Exception {
    try (ConsumeRig rig = ConsumeRig.virtual()) {
      List<String> steps = new CopyOnWriteArrayList<>();
      for (String name : List.of("outer", "inner")) {
        rig.interceptors.add(
            new Interceptor() {
              @Override
              public void handleBatch(List<Delivery> batch, BatchHandler next) throws Exception {
                steps.add(name + " " + batch.size());
                next.handle(batch);
              }
            });
      }
      rig.joinBatch(
          ConsumeRig.group("g").batch(3, Duration.ofSeconds(1)), batch -> steps.add("handled"));
      rig.publish("A", "B", "C");
      rig.settled();

      assertThat(steps).containsExactly("outer 3", "inner 3", "handled");
    }
  }
}
