/** The opened bus: puts the parts of the runtime together, and takes them down again in order. */
@NullMarked
package io.postbus.runtime.bus;

import org.jspecify.annotations.NullMarked;
