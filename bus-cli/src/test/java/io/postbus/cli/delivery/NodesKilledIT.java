package io.postbus.cli.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.DelayedMessage;
import io.postbus.Filter;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher, two delay nodes and two consumers, processes on RabbitMQ and MariaDB, killed at
 * random; every message is accounted for. For longer: {@code -Dchaos=PT1M}, and {@code
 * -Dchaos.seed=} for the same order of kills.
 */
@Timeout(1_200)
class NodesKilledIT {
  private static final Duration CHAOS = Duration.parse(System.getProperty("chaos", "PT10S"));
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime());
  private static final Eventually IN_THE_END = Eventually.within(Duration.ofSeconds(90));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Random random = new Random(SEED);
  private final MariaDbBroker database = MariaDbBroker.shared();
  private Path yaml;

  @BeforeEach
  void configure() throws Exception {
    Rows.create(database);
    yaml =
        Files.writeString(
            folder.resolve("postbus.yaml"),
            """
            driver: rabbitmq
            namespace: "%s."
            drivers: { rabbitmq: { uris: ["%s"] } }
            store:
              type: jdbc
              url: "%s"
              username: "%s"
              password: "%s"
              table-prefix: "chaos_%d_"
              pool: { max: 4 }
            publish: { timeout: 4s }
            topics: { orders: { ack-within: 3s } }
            """
                .formatted(
                    UUID.randomUUID(),
                    RabbitBroker.shared().uri(),
                    database.jdbcUrl(),
                    database.username(),
                    database.password(),
                    ProcessHandle.current().pid()));
  }

  @Test
  void nothingIsLostOrEarlyWhoeverIsKilled() throws Exception {
    try (Bus bus = Bus.builder().file(yaml).set("delays.fire", false).open();
        Fleet fleet = new Fleet(folder, environment())) {
      Node.GROUPS.forEach(group -> bus.subscribe(Node.subscription(group), d -> {}).close());
      Fleet.Place publisher = fleet.add("publish", "publisher");
      List<Fleet.Place> others =
          List.of(
              fleet.add("fire", "delays-1"),
              fleet.add("fire", "delays-2"),
              fleet.add("consume", "consumer-1"),
              fleet.add("consume", "consumer-2"));
      IN_THE_END.until("they work", () -> Account.of(folder).handledCount() > 100);
      int kills = killAtRandom(fleet);
      IN_THE_END.until(
          "enough was published, on a slow machine too",
          () -> Account.of(folder).publishedCount() > 200);
      publisher.end();
      IN_THE_END.asserts("all is handled", () -> assertThat(Account.of(folder).lost()).isEmpty());
      Set<String> rows = Rows.committed(database);
      IN_THE_END.asserts(
          "what was committed is handled",
          () -> assertThat(Account.of(folder).unhandled(rows)).isEmpty());
      IN_THE_END.asserts("nothing waits", () -> assertThat(waiting(bus)).isEmpty());
      for (Fleet.Place place : others) {
        place.end();
      }
      Account account = Account.of(folder);
      System.out.printf(
          "chaos=%s seed=%d kills=%d rows=%d %s%n", CHAOS, SEED, kills, rows.size(), account);
      assertThat(account.unborn(rows)).isEmpty();
      assertThat(rows).isNotEmpty();
      check(account);
    }
  }

  private Map<String, String> environment() {
    return Map.of(
        Rows.URL, database.jdbcUrl(),
        Rows.USER, database.username(),
        Rows.PASSWORD, database.password());
  }

  /** Bounds are those that any run passes which has worked at all. */
  private static void check(Account account) {
    assertThat(account.lost()).isEmpty();
    assertThat(account.early()).isEmpty();
    assertThat(account.undead()).isEmpty();
    assertThat(account.cancelledCount()).isPositive();
    assertThat(account.failures()).isPositive();
    assertThat(account.duplicates()).isLessThan(account.handledCount() / 4);
  }

  private static List<DelayedMessage> waiting(Bus bus) {
    return bus.delayed().list(Filter.all(), null, 100).items();
  }

  private int killAtRandom(Fleet fleet) throws Exception {
    long end = System.nanoTime() + CHAOS.toNanos();
    int kills = 0;
    while (System.nanoTime() < end) {
      Fleet.Place place = fleet.any(random);
      place.kill();
      kills++;
      pause(random.nextInt(700));
      place.restart();
      pause(300 + random.nextInt(1_000));
    }
    return kills;
  }

  /** What happens in this time is what the test is about. */
  private static void pause(long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; left > 0; left = (until - System.nanoTime()) / 1_000_000) {
      LockSupport.parkNanos(left * 1_000_000);
    }
  }
}
