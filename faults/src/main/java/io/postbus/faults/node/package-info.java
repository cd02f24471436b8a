/** A process under test: publishes, handles, locks, and writes down what it did. */
@NullMarked
package io.postbus.faults.node;

import org.jspecify.annotations.NullMarked;
