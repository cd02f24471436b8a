/**
 * Real brokers for tests and benchmarks, and the means to break them.
 *
 * <p>A {@link io.postbus.testbrokers.Broker} runs in Docker where an engine answers, else as a
 * private process of this machine in a temporary folder. {@link io.postbus.testbrokers.TcpProxy}
 * stands between a client and a broker to break the network. Nothing here depends on Postbus, and
 * nothing here may be used outside tests and benchmarks.
 */
@NullMarked
package io.postbus.testbrokers;

import org.jspecify.annotations.NullMarked;
