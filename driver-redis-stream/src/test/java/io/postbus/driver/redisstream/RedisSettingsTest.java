package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.driver.redisstream.RedisSettings.Attributes;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

class RedisSettingsTest {
  @Test
  void everythingHasADefault() {
    RedisSettings read = RedisSettings.read(Settings.of(Map.of()));

    assertThat(read.access().addresses()).containsExactly(new HostAndPort("localhost", 6379));
    assertThat(read.access().tls()).isNull();
    assertThat(read.attributes()).isEqualTo(Attributes.PACKED);
    assertThat(read.claimAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.trimEvery()).hasValue(Duration.ofSeconds(1));
    assertThat(read.replicas()).isZero();
  }

  @Test
  void trimmingCanBeTurnedOff() {
    assertThat(RedisSettings.read(Settings.of(Map.of("trim-every", "never"))).trimEvery())
        .isEmpty();
  }

  @Test
  void whatDoesNotGoTogetherIsNamed() {
    says(Map.of("mode", "sentinel"), "sentinel.master is missing");
    says(Map.of("sentinel", Map.of("master", "m")), "sentinel is of no use unless mode");
    says(Map.of("mode", "cluster", "database", 2), "database must be 0 in a cluster");
    says(Map.of("tls", Map.of("ca", "ca.pem")), "tls is of no use without a rediss://");
    says(
        Map.of("uris", List.of("rediss://h"), "tls", Map.of("key", "k.pem")),
        "needs both certificate and key");
    says(Map.of("uris", List.of("redis://h/3")), "the database is a key beside uris");
    says(Map.of("uris", List.of("redis://u:p w@h")), "not a URI");
    says(Map.of("trim-every", "1ms"), "must be never or a duration from 100ms to 1h");
  }

  private static void says(Map<String, Object> settings, String problem) {
    Settings s = Settings.of(settings);
    RedisSettings.read(s);
    assertThatThrownBy(s::check)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem)
        .hasMessageNotContaining("p w");
  }
}
