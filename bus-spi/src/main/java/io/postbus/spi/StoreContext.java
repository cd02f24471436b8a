package io.postbus.spi;

import java.time.Duration;
import java.time.InstantSource;

/** What the runtime lends a store. Thread-safe. */
public interface StoreContext {
  /** Goes in front of every name that is shared with other applications; may be empty. */
  String namespace();

  /** Identifies this process among those on the store; a valid name. */
  String node();

  /** The clock of a store that has none of its own. */
  InstantSource clock();

  /** How many shards a new store is divided into; one that exists with another number refuses. */
  int shards();

  /** How long a call may wait for the server before it throws {@link ConnectionException}. */
  Duration callTimeout();
}
