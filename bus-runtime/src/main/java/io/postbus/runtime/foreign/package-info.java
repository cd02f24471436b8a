/** Messages that other programs wrote in their own shape: where their attributes and data are. */
@NullMarked
package io.postbus.runtime.foreign;

import org.jspecify.annotations.NullMarked;
