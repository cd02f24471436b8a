/** What goes wrong: one small class a fault. */
@NullMarked
package io.postbus.faults.scenario;

import org.jspecify.annotations.NullMarked;
