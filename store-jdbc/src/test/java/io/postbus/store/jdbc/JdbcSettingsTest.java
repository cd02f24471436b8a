package io.postbus.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcSettingsTest {
  @Test
  void withNothingSaidItIsAFileOfThisMachine() {
    JdbcSettings settings = JdbcSettings.read(Settings.of(Map.of()));
    assertThat(settings.embedded()).isTrue();
    assertThat(settings.shared()).isTrue();
    assertThat(settings.remote()).isFalse();
    assertThat(settings.place()).isEqualTo("jdbc:h2:async:./postbus-data/postbus");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://user:geheim@db/postbus",
        "jdbc:postgresql://db/postbus?user=u&password=geheim",
        "jdbc:h2:./x;PASSWORD=geheim",
        "jdbc:h2:mem:",
        "jdbc:sqlite:geheim"
      })
  void anAddressThatIsNoneIsAProblemThatDoesNotShowIt(String url) {
    Settings settings = Settings.of(Map.of("url", url));
    JdbcSettings.read(settings);
    assertThat(settings.problems()).hasSize(1);
    assertThat(settings.problems().toString()).contains("url").doesNotContain("geheim");
  }

  @Test
  void memoryIsOfThisProcessAlone() {
    JdbcSettings settings = JdbcSettings.read(Settings.of(Map.of("url", "jdbc:h2:mem:x")));
    assertThat(settings.inMemory()).isTrue();
    assertThat(settings.shared()).isFalse();
    assertThat(settings.embedded()).isFalse();
  }
}
