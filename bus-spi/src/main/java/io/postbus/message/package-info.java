/** The message and its attributes. */
@NullMarked
package io.postbus.message;

import org.jspecify.annotations.NullMarked;
