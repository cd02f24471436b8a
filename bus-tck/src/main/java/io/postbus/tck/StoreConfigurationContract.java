package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.StoreProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** {@link SettingsContract}, and a provider that is found. */
abstract class StoreConfigurationContract extends StoreScene implements SettingsContract {
  StoreConfigurationContract(StoreFixture fixture) {
    super(fixture);
  }

  @Override
  public SettingsTrial trial() {
    Context context = new Context(name("configuration"), name("node"), SHARDS);
    return new SettingsTrial(
        fixture.provider()::check,
        settings -> fixture.provider().open(settings, context).close(),
        fixture.settings(),
        fixture.invalidSettings(),
        fixture.secrets());
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
