package io.postbus.testbrokers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;

/**
 * All that is particular to one kind of broker: how it is run as a process and as a container, and
 * how to see that it is ready. Made for one instance; its ports are fixed.
 */
interface Recipe {
  String name();

  /** The port that clients connect to. */
  int port();

  /** Answers once clients can be served. */
  Probe probe();

  /**
   * Writes whatever is missing in the folder, and says how the server is started there. Data that
   * {@link Broker#wipe()} throws away is under {@code data}.
   */
  Launch server(Path folder) throws IOException;

  /** The signal that makes the server stop in order. */
  default String stopSignal() {
    return "TERM";
  }

  /** A command to run before the server is killed; empty if there is none. */
  default List<String> beforeKill() {
    return List.of();
  }

  /**
   * A shell script that removes what a killed server leaves outside of its folder, which is the
   * script's argument. It must not mind a server that has left nothing.
   */
  default String sweep() {
    return "";
  }

  /** Says how one of the broker's commands is run against the server in the folder. */
  Launch tool(Path folder, List<String> command);

  /** Whether it runs wherever these tests do, so that a container would be no gain. */
  default boolean everywhere() {
    return false;
  }

  /**
   * A container that has not been started, publishing the port of its service as {@link #port()}.
   */
  GenericContainer<?> container();

  /** A command line and what it adds to the environment. */
  record Launch(List<String> command, Map<String, String> environment) {}
}
