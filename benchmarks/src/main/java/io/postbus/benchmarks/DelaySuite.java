package io.postbus.benchmarks;

import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Messages that are due later, on a real MariaDB at its defaults and a real RabbitMQ. First the
 * delay engine alone, with very many that wait: putting, lateness at a steady rate, everything due
 * at one instant. Then beside others, in turns: the same protocol by hand, which is the ceiling,
 * db-scheduler, and queues with a time to live. Lateness is from the due time to the handler's
 * begin, so it includes the way through the broker.
 *
 * <p>Options: {@code messages} that wait in the background (1,000,000), {@code size} of a payload
 * (200), {@code rate} due per second (5,000), {@code seconds} of it (20), {@code burst} due at one
 * instant (100,000); of the contest {@code rounds} (5), {@code contest-burst} (10,000) and {@code
 * contest-rate} (2,000).
 */
final class DelaySuite implements Suite {
  private static final int WARM_UP = 20_000;
  private static final int CONTEST_SECONDS = 2;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final long HOUR = Duration.ofHours(1).toMillis();

  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    int size = options.get("size", 200);
    int rounds = options.get("rounds", 5);
    TimeLeft left = new TimeLeft(time, 1);
    try (MariaDbBroker database = MariaDbBroker.open();
        RabbitBroker broker = RabbitBroker.open()) {
      alone(options, new DelayPostbus(database, broker), new DelayRuns(size, results));
    }
    if (rounds > 0) {
      try (MariaDbBroker database = MariaDbBroker.open();
          RabbitBroker broker = RabbitBroker.open()) {
        contest(options, left.all(), database, broker, new DelayRuns(size, results));
      }
    }
  }

  private static void alone(Options options, DelayClient client, DelayRuns runs) throws Exception {
    try (DelayClient postbus = client) {
      runs.enter(postbus);
      runs.burst(postbus, "warm-up", WARM_UP, SOON);
      runs.round(0);
      int pending = options.get("messages", 1_000_000);
      // Due between one and three hours from now, in no order.
      runs.put(
          postbus,
          "put of " + pending,
          pending,
          () -> Duration.ofMillis(HOUR + ThreadLocalRandom.current().nextLong(2 * HOUR)));
      int rate = options.get("rate", 5_000);
      int steady = rate * options.get("seconds", 10);
      runs.steady(postbus, "steady " + rate + "/s", rate, steady, SOON);
      int burst = options.get("burst", 100_000);
      runs.burst(postbus, "burst of " + burst, burst, ahead(burst));
      runs.add(postbus, "heap with " + pending + " pending", "MB", heap());
    }
  }

  /** Rounds are left out where there is no time for them. */
  private static void contest(
      Options options, Duration time, MariaDbBroker database, RabbitBroker broker, DelayRuns runs)
      throws Exception {
    TimeLeft left = new TimeLeft(time, 1);
    // By hand needs the table that Postbus makes.
    try (DelayClient postbus = entered(runs, new DelayPostbus(database, broker))) {
      runs.burst(postbus, "warm-up", 1, SOON);
      try (DelayClient hand = entered(runs, new DelayByHand(database, broker));
          DelayClient scheduler = entered(runs, new DelayDbScheduler(database));
          DelayClient queues = entered(runs, new DelayTtlQueues(broker))) {
        for (int round = -1; round < options.get("rounds", 5) && !left.all().isZero(); round++) {
          runs.round(round);
          for (DelayClient client : List.of(hand, postbus, scheduler, queues)) {
            if (options.takesPart(client.name())) {
              round(options, client, runs);
            }
          }
        }
      }
    }
  }

  private static DelayClient entered(DelayRuns runs, DelayClient client) throws Exception {
    runs.enter(client);
    return client;
  }

  /** One that fails has no figure for the round, and the others go on. */
  private static void round(Options options, DelayClient client, DelayRuns runs)
      throws InterruptedException {
    int burst = options.get("contest-burst", 10_000);
    int rate = options.get("contest-rate", 2_000);
    try {
      if (!(client instanceof DelayTtlQueues)) {
        runs.burst(client, "burst of " + burst, burst, ahead(burst));
      }
      runs.steady(client, "steady " + rate + "/s", rate, rate * CONTEST_SECONDS, SOON);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      runs.failed(client, e);
    }
  }

  /** Enough to put all of it before, even on a machine that is busy with something else. */
  private static Duration ahead(int burst) {
    return Duration.ofSeconds(2 + burst / 20_000);
  }

  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }
}
