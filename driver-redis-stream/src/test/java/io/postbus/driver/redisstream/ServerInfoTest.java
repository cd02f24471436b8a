package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerInfoTest {
  @ParameterizedTest
  @ValueSource(strings = {"2.8.24", "5.0.14", "6.0.16"})
  void aServerThatIsTooOldIsRefused(String version) {
    ServerInfo old = new ServerInfo(Map.of("redis_version", version));
    assertThatThrownBy(old::requireStreams)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Redis " + version)
        .hasMessageContaining("6.2");
  }

  /** The last is what nobody knows: it is not kept out. */
  @ParameterizedTest
  @ValueSource(strings = {"6.2.0", "7.0.15", "7.2.4", "8.4.0", "10.0", "unstable"})
  void othersAreTaken(String version) {
    ServerInfo info = new ServerInfo(Map.of("redis_version", version));
    assertThatCode(info::requireStreams).doesNotThrowAnyException();
  }
}
