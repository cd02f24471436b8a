package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RedisBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that was killed held is handled by another, soon. */
class KilledMemberIT {
  private static final int HELD = 1_000;
  private static final Duration CLAIM_AFTER = Duration.ofSeconds(3);

  /** The server is looked at every second, and this machine may be busy. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  @TempDir Path folder;

  @Test
  void allThatAKilledMemberHeldIsHandledByAnotherInTime() throws Exception {
    RedisBroker broker = RedisBroker.shared();
    Map<String, Object> access =
        Map.of("uris", broker.uri().toString(), "claim-after", CLAIM_AFTER.toSeconds() + "s");
    try (Scene scene = new Scene(access)) {
      Driver driver = scene.driver(Map.of());
      Group group = Scene.declared(driver, "group", Order.NONE, "killed");
      Scene.publish(Scene.producer(driver), Scene.messages("killed", HELD));
      Process hoarder = start(broker);
      try {
        Eventually.within(Scene.PATIENCE).until("it holds them: " + log(), () -> holdsAll());
      } finally {
        hoarder.destroyForcibly();
      }
      assertThat(hoarder.waitFor(10, TimeUnit.SECONDS)).isTrue();

      long killed = System.nanoTime();
      Consumer heir = Scene.consumer(driver, group, 100);
      Set<String> handled = new HashSet<>();
      List<Received> all = new ArrayList<>();
      while (handled.size() < HELD) {
        List<Received> some = heir.poll(100, Duration.ofSeconds(1));
        Scene.ack(heir, some);
        all.addAll(some);
        some.forEach(d -> handled.add(d.message().id()));
        assertThat(Duration.ofNanos(System.nanoTime() - killed))
            .as("time for " + handled.size())
            .isLessThan(CLAIM_AFTER.plus(SLACK));
      }
      assertThat(all).hasSize(HELD).allMatch(Received::redelivered);
      assertThat(heir.flush(Scene.PATIENCE)).isTrue();
      assertThat(driver.topology().backlog(group).unsettled()).hasValue(0);
    }
  }

  private Process start(RedisBroker broker) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx96m",
            "-cp",
            System.getProperty("java.class.path"),
            Hoarder.class.getName(),
            broker.uri().toString(),
            CLAIM_AFTER.toSeconds() + "s",
            "killed",
            Integer.toString(HELD),
            folder.resolve("said").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private boolean holdsAll() throws Exception {
    Path said = folder.resolve("said");
    return Files.exists(said) && Files.readString(said).equals("holds " + HELD);
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("log"));
  }
}
