package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.DriverProvider;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** {@link SettingsContract}, and a provider that is found. */
abstract class ConfigurationContract extends DriverScene implements SettingsContract {
  ConfigurationContract(DriverFixture fixture) {
    super(fixture);
  }

  @Override
  public SettingsTrial trial() {
    Link link = closing(fixture.link());
    NodeContext context = new NodeContext(fixture.namespace(), name("node"), Duration.ofSeconds(5));
    return new SettingsTrial(
        fixture.provider()::check,
        settings -> fixture.provider().open(settings, context).close(),
        link.settings(),
        fixture.invalidSettings(),
        fixture.secrets());
  }

  @Test
  void theProviderIsFoundByItsName() {
    String name = fixture.provider().name();
    assertThat(name).matches("[a-z][a-z0-9-]*");
    assertThat(ServiceLoader.load(DriverProvider.class))
        .filteredOn(p -> p.name().equals(name))
        .hasSize(1);
  }
}
