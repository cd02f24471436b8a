/**
 * The contracts every driver and store must pass. Whoever writes one extends {@link
 * io.postbus.tck.DriverContract} or {@link io.postbus.tck.StoreContract} in a test and brings a
 * fixture; what the contracts say in tests, the javadoc of {@code io.postbus.spi} says in words.
 *
 * <p>Nothing here knows a broker: how to look into one and how to break it is the fixture's.
 */
@NullMarked
package io.postbus.tck;

import org.jspecify.annotations.NullMarked;
