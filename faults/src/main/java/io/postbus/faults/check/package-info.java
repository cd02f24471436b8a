/** The rules that every history must keep, one class each. */
@NullMarked
package io.postbus.faults.check;

import org.jspecify.annotations.NullMarked;
