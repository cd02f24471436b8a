/**
 * What the bus is connected to: providers found by name, one connection per configured driver, one
 * store, and how they are. No policy lives here.
 */
@NullMarked
package io.postbus.runtime.connect;

import org.jspecify.annotations.NullMarked;
