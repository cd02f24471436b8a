/**
 * What runs once for each message, by itself and without a broker: {@code benchmarks/run loops}.
 */
@NullMarked
package io.postbus.benchmarks.loops;

import org.jspecify.annotations.NullMarked;
