package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.driver.rabbitmq.RabbitSettings.Declare;
import io.postbus.driver.rabbitmq.RabbitSettings.QueueType;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RabbitSettingsTest {
  private static RabbitSettings read(Map<String, ?> values) {
    Settings settings = Settings.of(values);
    RabbitSettings read = RabbitSettings.read(settings);
    settings.check();
    return read;
  }

  @Test
  void everythingHasADefault() {
    RabbitSettings s = read(Map.of());
    assertThat(s.uris()).hasSize(1);
    assertThat(s.uris().get(0).reveal()).isEqualTo("amqp://guest:guest@localhost:5672/");
    assertThat(s.queueType()).isEqualTo(QueueType.CLASSIC);
    assertThat(s.declare()).isEqualTo(Declare.CREATE);
    assertThat(s.publishChannels()).isEqualTo(4);
    assertThat(s.ackTimeout()).isEqualTo(Duration.ofMinutes(30));
    assertThat(s.tls()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://u:s3cret@h/ | neither amqp:// nor amqps://",
        "amqp://u:s3cret@/ | without a host",
        "amqp:s3cret | without a host",
        "amqp://u:s3 cret@h | not a URI",
        "amqp://u:s3cret@h/a/b | %2F",
        "amqp://u:s3cret@h?heartbeat=5 | beside uris",
      })
  void anAddressIsRefusedWithoutShowingIt(String uri, String words) {
    assertThatThrownBy(() -> read(Map.of("uris", List.of("amqp://fine", uri))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("uris", words)
        .hasMessageNotContaining("s3");
  }

  @Test
  void everyProblemIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "queue-type",
                        "stream",
                        "prefetch",
                        "many",
                        "publish-channel",
                        4,
                        "tls",
                        Map.of("key", "k.pem"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "queue-type is \"stream\"",
            "prefetch is \"many\"",
            "did you mean publish-channels?",
            "tls is of no use without an amqps:// address",
            "tls.key needs both");
  }

  @Test
  void aPrefetchIsALimitOrNone() {
    assertThat(read(Map.of("prefetch", "auto")).prefetch()).isEqualTo(65_535);
    assertThat(read(Map.of("prefetch", 20)).prefetch()).isEqualTo(20);
  }
}
