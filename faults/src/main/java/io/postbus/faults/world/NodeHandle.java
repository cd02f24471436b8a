package io.postbus.faults.world;

import java.time.Duration;

/** A node of the run, in a process of its own or in this one. One thread. */
public interface NodeHandle extends AutoCloseable {
  String name();

  /** Whether it only publishes. */
  boolean handles();

  /** Starts it, the first time or again. */
  void start();

  boolean running();

  /** Has it carry out a command of {@link io.postbus.faults.node.Node}; returns at once. */
  void command(String line);

  /** What its health endpoint says of readiness. */
  boolean ready();

  /** What its health endpoint says of liveness. */
  boolean live();

  /** The end of its log, where it has one of its own. */
  String log();

  /** Asks it to end in order, as SIGTERM does; whether it has within the limit. */
  boolean stop(Duration limit);

  @Override
  void close();

  /** One that is a process. */
  interface Killable extends NodeHandle {
    /** {@code kill -9}. */
    void kill();

    /** SIGSTOP. */
    void freeze();

    /** SIGCONT. */
    void thaw();

    /** From now on its wall clock is this much off; it has to be started again. */
    void clockOff(Duration off);
  }
}
