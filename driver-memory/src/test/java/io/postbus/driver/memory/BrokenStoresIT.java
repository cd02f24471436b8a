package io.postbus.driver.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.tck.StoreContract;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Proves the contract of stores, as {@link BrokenDriversIT} does that of drivers. */
@Timeout(300)
@TestInstance(Lifecycle.PER_CLASS)
class BrokenStoresIT {
  private final ExecutorService trials = Executors.newCachedThreadPool();

  @AfterAll
  void end() {
    trials.shutdownNow();
  }

  private record Running(BrokenStore broken, Future<Trial> trial) {}

  @TestFactory
  Stream<DynamicTest> eachFailsExactlyWhatItBreaks() {
    List<Running> running =
        BrokenStores.all().stream()
            .map(b -> new Running(b, trials.submit(() -> trial(b))))
            .toList();
    return running.stream().map(r -> DynamicTest.dynamicTest(r.broken.toString(), () -> fails(r)));
  }

  private static void fails(Running running) throws Exception {
    Trial trial = running.trial.get();
    assertThat(trial.failed()).as(trial::toString).isEqualTo(running.broken.fails());
  }

  private static Trial trial(BrokenStore broken) {
    return Trial.of(BrokenStore.Contract.class, broken, test -> true);
  }

  @Test
  void everyContractIsFailedByOne() {
    assertThat(
            BrokenStores.all().stream()
                .flatMap(b -> b.fails().stream())
                .collect(Collectors.toSet()))
        .isEqualTo(Trial.parts(StoreContract.class));
  }
}
