/** The kit applications test with: a bus in process with a virtual clock. */
@NullMarked
package io.postbus.test;

import org.jspecify.annotations.NullMarked;
