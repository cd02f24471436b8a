/** The driver side and the store side. */
@NullMarked
package io.postbus.spi;

import org.jspecify.annotations.NullMarked;
