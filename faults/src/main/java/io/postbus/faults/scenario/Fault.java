package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;

/** Something that breaks and is mended. Used by one thread, for one beginning and end at a time. */
public interface Fault {
  String name();

  Area area();

  /** Whether this world can suffer it. */
  boolean fits(World world);

  /** How long it lasts in a full run; a short one makes it shorter. */
  Duration lasts();

  /** What it takes hold of: two faults that share something are never there together. */
  Set<String> touches();

  void begin(World world);

  void end(World world);

  /** What the node's health must say while it is there, {@link #notice} after its beginning. */
  default Truth truth(NodeHandle node) {
    return Truth.EITHER;
  }

  /** How long nodes may take to notice it. */
  default Duration notice() {
    return Duration.ofSeconds(3);
  }

  /**
   * How far back from its beginning the broker loses what it had confirmed, but for what is
   * guaranteed.
   */
  default Duration forgets(World world) {
    return Duration.ZERO;
  }

  /** What is true of a node's readiness. */
  enum Truth {
    READY,
    UNREADY,
    EITHER
  }
}
