package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.StoreProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wrong settings: every one is named at once, and no secret with it. */
@SuppressWarnings("NullAway.Init") // the trial is set before each test
abstract class StoreConfigurationContract extends StoreScene {
  private SettingsTrial trial;

  StoreConfigurationContract(StoreFixture fixture) {
    super(fixture);
  }

  @BeforeEach
  void prepare() {
    Context context = new Context(name("configuration"), name("node"), SHARDS);
    trial =
        new SettingsTrial(
            fixture.provider()::check,
            settings -> fixture.provider().open(settings, context).close(),
            fixture.settings(),
            fixture.invalidSettings(),
            fixture.secrets());
  }

  @Test
  void validSettingsHaveNoProblem() {
    trial.validSettingsHaveNoProblem();
  }

  @Test
  void checkingNamesEveryInvalidSettingAtOnce() {
    trial.checkingNamesEveryInvalidSetting();
  }

  @Test
  void openingNamesEveryInvalidSettingAtOnce() {
    trial.openingNamesEveryInvalidSetting();
  }

  @Test
  void eachInvalidSettingIsNamedAlone() {
    trial.eachInvalidSettingIsNamedAlone();
  }

  @Test
  void anUnknownKeyIsAnErrorThatNamesTheNearest() {
    trial.anUnknownKeyNamesTheNearest();
  }

  @Test
  void noSecretIsShown() {
    trial.noSecretIsShown();
  }

  @Test
  void theProviderIsFoundByItsName() {
    String name = fixture.provider().name();
    assertThat(name).matches("[a-z][a-z0-9-]*");
    assertThat(ServiceLoader.load(StoreProvider.class))
        .filteredOn(p -> p.name().equals(name))
        .hasSize(1);
  }
}
