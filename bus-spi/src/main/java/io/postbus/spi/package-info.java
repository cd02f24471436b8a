/**
 * The obligations of drivers and stores. Drivers move messages, stores keep what waits; every
 * policy (retry, delay, dead letters, filters, metrics) is the runtime's and has no place here.
 */
@NullMarked
package io.postbus.spi;

import org.jspecify.annotations.NullMarked;
