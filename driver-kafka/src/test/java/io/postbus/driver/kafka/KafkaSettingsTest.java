package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Problem;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
  @Test
  void everyPropertyOfTheClientsIsPassedToThoseThatKnowIt() {
    ClientProperties clients =
        clients(
            Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "fetch.min.bytes",
                "7",
                "compression.type",
                "lz4"));
    Map<String, Object> member = clients.member("group", Map::of);
    assertThat(member)
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("fetch.min.bytes", "7")
        .doesNotContainKey("compression.type");
    assertThat(clients.producer(new ProducerSpec(Confirm.CONFIRMED, Duration.ofSeconds(10), 1)))
        .containsEntry("compression.type", "lz4")
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .doesNotContainKey("fetch.min.bytes");
    assertThat(clients.admin(Duration.ofSeconds(1))).containsEntry("sasl.mechanism", "PLAIN");
  }

  @Test
  void whatOurPromisesStandOnIsNotToBeSet() {
    List<String> problems =
        problems(
            Map.of(
                "acks", "1",
                "enable.auto.commit", "true",
                "made.up", "x",
                "fetch.min.bytes", "many",
                "ssl.key.password", "s3cret",
                "retry.backoff.ms", "-s3cret"));
    assertThat(problems)
        .hasSize(5)
        .anyMatch(p -> p.contains("properties.acks"))
        .anyMatch(p -> p.contains("properties.enable.auto.commit"))
        .anyMatch(p -> p.contains("properties.made.up is not a property"))
        .anyMatch(p -> p.contains("properties.fetch.min.bytes has a value"))
        .anyMatch(p -> p.contains("properties.retry.backoff.ms has a value"))
        .noneMatch(p -> p.contains("s3cret"));
  }

  @Test
  void secretsAreNotShown() {
    Settings settings =
        Settings.of(Map.of("properties", Map.of("sasl.jaas.config", "password=\"s3cret\"")));
    assertThat(KafkaSettings.read(settings).toString()).doesNotContain("s3cret");
    assertThat(settings.problems()).isEmpty();
  }

  @Test
  void heartbeatsFitIntoTheSession() {
    Settings settings = Settings.of(Map.of("session-timeout", "1s", "heartbeat", "900ms"));
    KafkaSettings.read(settings);
    assertThat(settings.problems()).singleElement().asString().contains("heartbeat");
  }

  /** A short timeout leaves room for one request, and Kafka's producer accepts it. */
  @Test
  void aProducersTimesFitIntoItsTimeout() {
    for (int millis : new int[] {1, 50, 500, 60_000}) {
      Map<String, Object> producer =
          clients(Map.of())
              .producer(new ProducerSpec(Confirm.CONFIRMED, Duration.ofMillis(millis), 1));
      long request = Long.parseLong(String.valueOf(producer.get("request.timeout.ms")));
      long linger = Long.parseLong(String.valueOf(producer.get("linger.ms")));
      long delivery = Long.parseLong(String.valueOf(producer.get("delivery.timeout.ms")));
      assertThat(delivery).isGreaterThanOrEqualTo(request + linger);
    }
  }

  private static ClientProperties clients(Map<String, String> properties) {
    Settings settings = Settings.of(Map.of("properties", properties));
    ClientProperties clients = new ClientProperties(KafkaSettings.read(settings), "client");
    assertThat(settings.problems()).isEmpty();
    return clients;
  }

  private static List<String> problems(Map<String, String> properties) {
    Settings settings = Settings.of(Map.of("properties", properties));
    KafkaSettings.read(settings);
    return settings.problems().stream().map(Problem::toString).toList();
  }
}
