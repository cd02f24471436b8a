package io.postbus.faults.world;

import java.util.Map;

/** The store of a run and the nodes' wires to it. One thread. */
public interface StoreGround extends AutoCloseable {
  String name();

  /** The settings by which this node reaches the store, by path, and with them its own wire. */
  Map<String, String> settings(String node);

  @Override
  void close();

  /** A store that can be away. */
  interface Stoppable extends StoreGround {
    void stop();

    void kill();

    void start();
  }

  /** A store in a file, on a disk that can be full. */
  interface OnDisk extends StoreGround {
    /** Leaves no room. */
    void fill();

    /** Makes room again. */
    void makeRoom();
  }

  /** A store behind a network, with room for a number of connections. */
  interface Remote extends Stoppable {
    Wire wire(String node);

    /** Takes every connection that the database has left, and lets nodes' go. */
    void exhaust();

    void relieve();
  }
}
