package io.postbus.spi;

import java.time.Duration;
import java.util.List;

/**
 * One member of a group. {@link #poll} belongs to one thread; everything else may be called from
 * any.
 */
public interface Consumer extends AutoCloseable {
  /**
   * Takes what is there, waiting up to {@code timeout} for the first delivery, not for {@code max}.
   * Called at least every second, with 0 when the caller has no room: commits, renewals and
   * rebalances may happen only here. An outage is no error: it returns nothing until it is over. An
   * interrupt ends the wait and stays set.
   *
   * @param max how many at most; 0 takes nothing
   * @return possibly fewer, possibly none; never so many that the unsettled exceed maxInFlight
   * @throws ClosedException once closed, also out of the wait
   */
  List<Received> poll(int max, Duration timeout);

  /**
   * Settles one delivery; returns at once and is batched inside, sent within 10 ms. A slow delivery
   * holds back no other's settlement.
   *
   * @return false if nothing was done because it was settled before, has been revoked, or the
   *     member is closed
   */
  boolean settle(Received delivery, Settlement how);

  /**
   * Changes how many may be unsettled. Fewer than are unsettled now takes effect as they settle.
   *
   * @throws UnsupportedCapabilityException without {@link Capability#RESIZE}, or in a group with an
   *     order
   */
  void maxInFlight(int n);

  /** Waits until every settlement so far has reached the broker; false if the limit came first. */
  boolean flush(Duration limit);

  /** Makes a poll that waits, or else the next one, return at once. */
  void wakeup();

  /**
   * Sends the settlements, leaves the group and gives back to it what is unsettled, which is then
   * available to others. Idempotent, returns within 5 s; no callback comes after it.
   */
  @Override
  void close();
}
