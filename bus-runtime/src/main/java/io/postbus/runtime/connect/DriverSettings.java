package io.postbus.runtime.connect;

import io.postbus.spi.Located;
import io.postbus.spi.Settings;
import java.util.Map;

/**
 * One entry under {@code drivers}.
 *
 * @param name how the configuration calls this connection
 * @param type the driver's name
 * @param settings the entry's keys; the driver reads all but {@code type}
 * @param section the same as it stands
 */
public record DriverSettings(String name, String type, Settings settings, Located section) {
  /** A driver by its own name, with nothing configured. */
  static DriverSettings plain(String name) {
    Located nothing = new Located(Map.of(), "");
    return new DriverSettings(name, name, Settings.of("drivers." + name, nothing), nothing);
  }

  /** The settings to open it with: apart from whatever else is wrong with the configuration. */
  Settings fresh() {
    Settings s = Settings.of(settings.path(), section);
    s.text("type", type);
    return s;
  }
}
