/**
 * Dead letters: finding them, in the store and on brokers, sending them again and deleting them.
 * What makes a delivery one is decided where it is handled.
 */
@NullMarked
package io.postbus.runtime.dead;

import org.jspecify.annotations.NullMarked;
