/** The contracts every driver and store must pass. */
@NullMarked
package io.postbus.tck;

import org.jspecify.annotations.NullMarked;
