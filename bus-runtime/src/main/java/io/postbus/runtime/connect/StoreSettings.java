package io.postbus.runtime.connect;

import io.postbus.spi.Located;
import io.postbus.spi.Settings;

/**
 * The section {@code store}.
 *
 * @param type the store's name
 * @param settings the section's keys; the store reads all but {@code type} and {@code
 *     accept-weaker}
 * @param section the same as it stands
 * @param acceptWeaker let deliveries go in favour of the store even where it survives less than the
 *     broker
 * @param shards how many shards a new store gets
 */
public record StoreSettings(
    String type, Settings settings, Located section, boolean acceptWeaker, int shards) {
  /** The settings to open it with: apart from whatever else is wrong with the configuration. */
  Settings fresh() {
    Settings s = Settings.of(settings.path(), section);
    s.text("type", type);
    s.flag("accept-weaker", acceptWeaker);
    return s;
  }
}
