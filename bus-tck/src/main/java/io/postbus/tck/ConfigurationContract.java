package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.DriverProvider;
import io.postbus.spi.Problem;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Wrong settings: every one is named at once, and no secret with it. */
abstract class ConfigurationContract extends Contract {
  ConfigurationContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void theSettingsOfTheFixtureHaveNoProblem() {
    try (Link link = fixture.link()) {
      Settings settings = Settings.of(link.settings());
      fixture.provider().check(settings);
      assertThatCode(settings::check).doesNotThrowAnyException();
    }
  }

  @Test
  void checkingReportsEveryInvalidSettingAtOnce() {
    Settings settings = Settings.of(fixture.invalidSettings());
    fixture.provider().check(settings);
    namesAll(settings.problems());
  }

  @Test
  void openingReportsEveryInvalidSettingAtOnce() {
    if (!fixture.invalidSettings().isEmpty()) {
      namesAll(failure(() -> open(fixture.invalidSettings())).problems());
    }
  }

  @Test
  void eachInvalidSettingIsReportedAlone() {
    fixture
        .invalidSettings()
        .forEach(
            (key, value) -> {
              try (Link link = fixture.link()) {
                Map<String, Object> settings = link.settings();
                settings.put(key, value);
                List<Problem> problems = failure(() -> open(settings)).problems();
                assertThat(problems).hasSize(1);
                assertThat(problems.get(0).message()).contains(key);
              }
            });
  }

  @Test
  void anUnknownKeyIsAnErrorThatNamesTheNearest() {
    for (String key : fixture.invalidSettings().keySet()) {
      String wrong = key + "x";
      assertThat(unknown(wrong)).contains(wrong).contains(key + "?");
    }
    assertThat(unknown("zzzzzzzzzz")).contains("zzzzzzzzzz");
  }

  @Test
  void noSecretIsShown() {
    try (Link link = fixture.link()) {
      Map<String, Object> settings = link.settings();
      settings.putAll(fixture.invalidSettings());
      settings.put("zzzzzzzzzz", "1");
      ConfigurationException failure =
          failure(
              () -> {
                Settings all = Settings.of(settings);
                fixture.provider().check(all);
                all.check();
              });
      for (String secret : fixture.secrets()) {
        assertThat(failure).hasMessageNotContaining(secret);
      }
    }
  }

  @Test
  void theProviderIsFoundByItsName() {
    String name = fixture.provider().name();
    assertThat(name).matches("[a-z][a-z0-9-]*");
    assertThat(ServiceLoader.load(DriverProvider.class))
        .filteredOn(p -> p.name().equals(name))
        .hasSize(1);
  }

  private String unknown(String key) {
    try (Link link = fixture.link()) {
      Map<String, Object> values = link.settings();
      values.put(key, "1");
      Settings settings = Settings.of(values);
      fixture.provider().check(settings);
      return failure(settings::check).toString();
    }
  }

  private void namesAll(List<Problem> problems) {
    String text = problems.stream().map(Problem::message).collect(Collectors.joining("\n"));
    assertThat(text).contains(fixture.invalidSettings().keySet());
  }

  private void open(Map<String, Object> settings) {
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), Duration.ofSeconds(5));
    fixture.provider().open(Settings.of(settings), context).close();
  }

  private static ConfigurationException failure(Runnable action) {
    ConfigurationException failure =
        catchThrowableOfType(ConfigurationException.class, action::run);
    assertThat(failure).as("a failure").isNotNull();
    return failure;
  }
}
