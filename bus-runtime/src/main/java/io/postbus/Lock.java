package io.postbus;

/** A lock that is held, until it is closed or lost. Thread-safe. */
public interface Lock extends AutoCloseable {
  String name();

  /** Grows with each holder of this name: writes that the lock protects carry it as their fence. */
  long epoch();

  /** Whether it is certain that it is still held. */
  boolean held();

  /** Runs once when the lock is lost; at once if it is already. Not when it is closed. */
  void onLost(Runnable listener);

  /** Gives it back. Idempotent. */
  @Override
  void close();
}
