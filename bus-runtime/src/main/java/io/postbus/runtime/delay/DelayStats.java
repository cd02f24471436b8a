package io.postbus.runtime.delay;

import java.util.OptionalLong;

/**
 * How an engine is.
 *
 * @param shards that this node fires
 * @param open slots that it has in memory
 * @param inFlight entries that are being published or cleared away
 * @param bytes that entries in memory take
 * @param fired entries since it was made
 * @param failed publications
 * @param dead entries that ended as dead letters because they could not be published
 * @param pending entries in the store that are not dead letters, as counted within the last minute;
 *     given by the node that fires shard 0
 */
public record DelayStats(
    int shards,
    int open,
    int inFlight,
    long bytes,
    long fired,
    long failed,
    long dead,
    OptionalLong pending) {
  /** Of both together. */
  public DelayStats plus(DelayStats o) {
    boolean counted = pending.isPresent() || o.pending.isPresent();
    return new DelayStats(
        shards + o.shards,
        open + o.open,
        inFlight + o.inFlight,
        bytes + o.bytes,
        fired + o.fired,
        failed + o.failed,
        dead + o.dead,
        counted ? OptionalLong.of(pending.orElse(0) + o.pending.orElse(0)) : pending);
  }
}
