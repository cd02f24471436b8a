/** One runnable example a feature. */
@NullMarked
package io.postbus.examples;

import org.jspecify.annotations.NullMarked;
