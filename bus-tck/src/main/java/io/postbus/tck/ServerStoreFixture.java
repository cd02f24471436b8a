package io.postbus.tck;

/** What the contract needs to know of a store that is on a server, besides the rest. */
public interface ServerStoreFixture extends StoreFixture {
  /** A new way to the server that {@link #settings} lead to. */
  Link link();

  /** Nobody else uses the server. */
  ServerFaults faults();
}
