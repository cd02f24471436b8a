/**
 * Measurements on private, real brokers; see {@code benchmarks/run}. No module-info: test-brokers
 * has none.
 */
@NullMarked
package io.postbus.benchmarks;

import org.jspecify.annotations.NullMarked;
