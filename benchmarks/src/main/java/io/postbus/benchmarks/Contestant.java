package io.postbus.benchmarks;

import org.jspecify.annotations.Nullable;

/** Who takes part, with its client, which is opened when it is needed and again after a failure. */
class Contestant {
  /** Makes the client. */
  interface Opening {
    Client open() throws Exception;
  }

  private final String name;
  private final Opening opening;
  private @Nullable Client client;
  private int opened;

  Contestant(String name, Opening opening) {
    this.name = name;
    this.opening = opening;
  }

  String name() {
    return name;
  }

  /** Grows with each client, so that names of topics can be new ones. */
  int opened() {
    return opened;
  }

  Client client() throws Exception {
    Client present = client;
    if (present == null) {
      opened++;
      present = opening.open();
      client = present;
    }
    return present;
  }

  /** Ends its client, if it has one. */
  void close() {
    Client present = client;
    client = null;
    if (present != null) {
      try {
        present.close();
      } catch (Exception e) {
        System.err.println(name + " does not close: " + e);
      }
    }
  }
}
