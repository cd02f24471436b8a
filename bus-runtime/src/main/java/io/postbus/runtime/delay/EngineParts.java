package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.DelayStore;
import io.postbus.spi.Move;
import java.util.concurrent.Executor;

/**
 * What the shards of one engine share.
 *
 * @param changes moves that nobody waits for, gathered
 * @param outages of what the shards do
 * @param budget for the entries that are in memory
 * @param firing threads for moving and publishing
 * @param reading threads for reading ahead
 */
record EngineParts(
    DelaySettings settings,
    Tempo tempo,
    DelayStore store,
    StoreClock clock,
    Timeline timeline,
    Outlet outlet,
    DelayEvents events,
    Batches<Move, Boolean> changes,
    Outages outages,
    BodyBudget budget,
    Executor firing,
    Executor reading) {

  /** What the shards do and may fail at. */
  record Outages(Outage.Kind reading, Outage.Kind firing, Outage.Kind publishing) {
    Outages() {
      this(
          new Outage.Kind("Reading delayed entries"),
          new Outage.Kind("Firing delayed entries"),
          new Outage.Kind("Publishing delayed entries that are due"));
    }
  }
}
