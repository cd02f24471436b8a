package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Problem;
import io.postbus.spi.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How a provider, of drivers or of stores, deals with settings.
 *
 * @param check the provider's own
 * @param open opens and closes it
 * @param valid a new map that it takes
 * @param invalid a refused value for each of some keys
 */
record SettingsTrial(
    Consumer<Settings> check,
    Consumer<Settings> open,
    Map<String, Object> valid,
    Map<String, Object> invalid,
    Set<String> secrets) {
  private static final String UNKNOWN = "zzzzzzzzzz";

  void validSettingsHaveNoProblem() {
    Settings settings = Settings.of(valid);
    check.accept(settings);
    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  void checkingNamesEveryInvalidSetting() {
    Settings settings = Settings.of(invalid);
    check.accept(settings);
    namesAll(settings.problems());
  }

  void openingNamesEveryInvalidSetting() {
    if (!invalid.isEmpty()) {
      namesAll(failure(() -> open.accept(Settings.of(with(invalid)))).problems());
    }
  }

  void eachInvalidSettingIsNamedAlone() {
    invalid.forEach(
        (key, value) -> {
          Map<String, Object> settings = with(Map.of(key, value));
          List<Problem> problems = failure(() -> open.accept(Settings.of(settings))).problems();
          assertThat(problems).hasSize(1);
          assertThat(problems.get(0).message()).contains(key);
        });
  }

  void anUnknownKeyNamesTheNearest() {
    for (String key : invalid.keySet()) {
      assertThat(unknown(key + "x")).contains(key + "x").contains(key + "?");
    }
    assertThat(unknown(UNKNOWN)).contains(UNKNOWN);
  }

  void noSecretIsShown() {
    Map<String, Object> all = with(invalid);
    all.put(UNKNOWN, "1");
    ConfigurationException failure =
        failure(
            () -> {
              Settings settings = Settings.of(all);
              check.accept(settings);
              settings.check();
            });
    assertThat(secrets).noneMatch(failure.toString()::contains);
  }

  private String unknown(String key) {
    Settings settings = Settings.of(with(Map.of(key, "1")));
    check.accept(settings);
    return failure(settings::check).toString();
  }

  private Map<String, Object> with(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(valid);
    all.putAll(more);
    return all;
  }

  private void namesAll(List<Problem> problems) {
    String text = problems.stream().map(Problem::message).collect(Collectors.joining("\n"));
    assertThat(text).contains(invalid.keySet());
  }

  private static ConfigurationException failure(Runnable action) {
    ConfigurationException failure =
        catchThrowableOfType(ConfigurationException.class, action::run);
    assertThat(failure).as("a failure").isNotNull();
    return failure;
  }
}
