/**
 * The in-process driver and store: brokers and stores that live in this JVM, shared by name.
 *
 * <p>Here is what a broker does: groups, members, settlement, bounds, and faults for tests. What a
 * bus does on top of it (retry, delay, dead letters) is the runtime's.
 */
@NullMarked
package io.postbus.driver.memory;

import org.jspecify.annotations.NullMarked;
