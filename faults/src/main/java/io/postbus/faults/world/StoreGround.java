package io.postbus.faults.world;

import java.util.Map;

/** The store of a run and the nodes' wires to it. One thread. */
public interface StoreGround extends AutoCloseable {
  String name();

  /** The settings by which this node reaches the store, by path, and with them its own wire. */
  Map<String, String> settings(String node);

  void stop();

  void kill();

  void start();

  @Override
  void close();

  /** A store behind a network, with room for a number of connections. */
  interface Remote extends StoreGround {
    Wire wire(String node);

    /** Takes every connection that the database has left, and lets nodes' go. */
    void exhaust();

    void relieve();
  }
}
