/**
 * Guaranteed delivery: the entries that a message has in the store until each group has
 * acknowledged it, and what firing one means.
 */
@NullMarked
package io.postbus.runtime.guarantee;

import org.jspecify.annotations.NullMarked;
