package io.postbus.faults.world;

import io.postbus.faults.node.NodePlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What a driver is tested on: its broker and the nodes' wires to it. Operations return when they
 * have taken effect. One thread.
 */
public interface Ground extends AutoCloseable {
  /** The driver's name. */
  String name();

  /** The settings by which this node reaches the broker, by path, and with them its own wire. */
  Map<String, String> settings(String node);

  /** A node, not started. */
  NodeHandle node(NodePlan plan, Path folder);

  /** The store that is used with it in these trials. */
  StoreGround store();

  /** Names of the checker's rules that the broker's own promises do not carry, and why in docs. */
  default Set<String> waived() {
    return Set.of();
  }

  @Override
  void close();

  /** A broker whose nodes have each a wire of their own to it. */
  interface Wired extends Ground {
    /** The node's wire; it exists once {@link #settings} were asked for. */
    Wire wire(String node);
  }

  /** A broker of one process. */
  interface Single extends Ground {
    /** Stops the broker in order. */
    void stop();

    /** Ends it as a loss of its process would. */
    void kill();

    /** Ends it, and throws away all it had. */
    void wipe();

    void start();
  }

  /** A broker whose process can be frozen. */
  interface Freezable extends Ground {
    void pause();

    void resume();
  }

  /** A broker that can be made to take nothing from publishers. */
  interface Blocking extends Ground {
    void block();

    void unblock();
  }

  /** A broker that can take something away from a consumer of its own accord. */
  interface Evicting extends Ground {
    /** Ends the consumers' channels, or what corresponds, from the broker's side. */
    void evict();
  }

  /** A broker from which somebody can take away a group, with all it has. */
  interface Removing extends Ground {
    void remove(String group);
  }

  /** A broker that knows channels, of which connections have several. */
  interface Channelled extends Ground {
    /** How many are open, of all connections. */
    int channels();
  }

  /** A broker of several nodes. */
  interface Clustered extends Ground {
    /** Kills the node that leads the most; the others go on. */
    void killLeader();

    /** Starts the node that was killed, and waits until it has caught up. */
    void heal();

    /** Whether what is left then takes messages. */
    default boolean goesOn() {
      return true;
    }

    /**
     * How far back the others may know nothing of what the killed one had confirmed; zero if they
     * know all of it.
     */
    default Duration forgets() {
      return Duration.ZERO;
    }
  }
}
