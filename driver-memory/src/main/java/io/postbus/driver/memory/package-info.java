/** The in-process driver and store. */
@NullMarked
package io.postbus.driver.memory;

import org.jspecify.annotations.NullMarked;
