/** Starts real brokers for tests and benchmarks. */
@NullMarked
package io.postbus.brokers;

import org.jspecify.annotations.NullMarked;
