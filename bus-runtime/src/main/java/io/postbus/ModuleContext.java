package io.postbus;

import io.postbus.spi.Settings;

/**
 * What a module's handler starts with.
 *
 * @param module the module's name
 * @param bus for publishing on
 * @param settings what stands under {@code settings:} of the module; read all of it in start, keys
 *     that are not read are reported as unknown
 */
public record ModuleContext(String module, Bus bus, Settings settings) {}
