package io.postbus.tck;

import org.junit.jupiter.api.Test;

/** Wrong settings: every one is named at once, and no secret with it. */
interface SettingsContract {
  /** On settings of the fixture's own. Once a test. */
  SettingsTrial trial();

  @Test
  default void validSettingsHaveNoProblem() {
    trial().validSettingsHaveNoProblem();
  }

  @Test
  default void checkingNamesEveryInvalidSettingAtOnce() {
    trial().checkingNamesEveryInvalidSetting();
  }

  @Test
  default void openingNamesEveryInvalidSettingAtOnce() {
    trial().openingNamesEveryInvalidSetting();
  }

  @Test
  default void eachInvalidSettingIsNamedAlone() {
    trial().eachInvalidSettingIsNamedAlone();
  }

  @Test
  default void anUnknownKeyIsAnErrorThatNamesTheNearest() {
    trial().anUnknownKeyNamesTheNearest();
  }

  @Test
  default void noSecretIsShown() {
    trial().noSecretIsShown();
  }
}
