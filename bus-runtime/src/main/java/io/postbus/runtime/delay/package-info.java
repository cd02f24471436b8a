/**
 * The delay engine: fires what waits in a {@link io.postbus.spi.DelayStore} when it is due, and
 * changes what waits. It knows neither brokers nor topics nor retries: an {@link
 * io.postbus.runtime.delay.Outlet} publishes for it, and whoever puts an entry has decided when it
 * is due and where it goes.
 */
@NullMarked
package io.postbus.runtime.delay;

import org.jspecify.annotations.NullMarked;
