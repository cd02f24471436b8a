/** The way of a message from the caller to a broker or the store. */
@NullMarked
package io.postbus.runtime.publish;

import org.jspecify.annotations.NullMarked;
