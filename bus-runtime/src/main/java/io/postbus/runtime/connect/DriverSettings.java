package io.postbus.runtime.connect;

import io.postbus.spi.Settings;

/**
 * One entry under {@code drivers}.
 *
 * @param name how the configuration calls this connection
 * @param type the driver's name
 * @param settings the entry's keys; the driver reads all but {@code type}
 */
public record DriverSettings(String name, String type, Settings settings) {}
