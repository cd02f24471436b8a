package io.postbus.spi;

/**
 * The tables of a store, for the people who run its database. Thread-safe; calls block and throw as
 * those of {@link Store} do.
 */
public interface StoreSchema extends AutoCloseable {
  /** The statements that make everything from nothing, as a person would run them. */
  String script();

  /** The version that this Postbus needs. */
  int needed();

  /** The version that is there; 0 if there is none. */
  int present();

  /** Brings what is there to the version that is needed; does nothing to a newer one. */
  void migrate();

  /** Idempotent; within 5 s. */
  @Override
  void close();
}
