package io.postbus.driver.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.tck.DriverContract;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/**
 * Proves the contract: each driver that is broken in one way fails the contracts that say so, and
 * no others. They wrap the memory driver, which passes all: a few lines each, where an in-process
 * driver of bus-tck's own would be a second one to keep right.
 */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
class BrokenDriversIT {
  /** They mostly wait. */
  private static final int AT_A_TIME = 32;

  /** What measures the heap and the threads, which are everybody's in a JVM. */
  private static final Set<String> ALONE = Set.of("[nested-class:Volume]", "[nested-class:Leak]");

  private final ExecutorService trials = Executors.newFixedThreadPool(AT_A_TIME);

  @AfterAll
  void end() {
    trials.shutdownNow();
  }

  private record Running(Broken broken, Future<Trial> trial) {}

  @TestFactory
  Stream<DynamicTest> eachFailsExactlyWhatItBreaks() {
    List<Running> running =
        all().stream().map(b -> new Running(b, trials.submit(() -> trial(b, false)))).toList();
    return running.stream()
        .map(r -> DynamicTest.dynamicTest(r.broken.toString(), () -> fails(r, running)));
  }

  private static void fails(Running one, List<Running> all) throws Exception {
    for (Running other : all) {
      other.trial.get();
    }
    Trial alone = trial(one.broken, true);
    Trial rest = one.trial.get();
    Set<String> failed = new HashSet<>(rest.failed());
    failed.addAll(alone.failed());
    assertThat(failed).as(rest + "" + alone).isEqualTo(one.broken.fails());
  }

  /** A contract that no broken driver fails might as well not be there. */
  @Test
  void everyContractIsFailedByOne() {
    assertThat(all().stream().flatMap(b -> b.fails().stream()).collect(Collectors.toSet()))
        .isEqualTo(Trial.parts(DriverContract.class));
  }

  private static Trial trial(Broken broken, boolean alone) {
    return Trial.of(
        Broken.Contract.class,
        broken,
        test -> ALONE.stream().anyMatch(test.getUniqueId().toString()::contains) == alone);
  }

  private static List<Broken> all() {
    List<Broken> all = new ArrayList<>(BrokenProducers.all());
    all.addAll(BrokenConsumers.all());
    all.addAll(BrokenDrivers.all());
    return all;
  }
}
