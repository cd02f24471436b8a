package io.postbus.runtime.publish;

import io.postbus.message.Message;

/**
 * Hears how each publication ended. Called on the publisher's and on drivers' threads: it returns
 * at once and does not throw. Thread-safe.
 */
@FunctionalInterface
public interface PublishEvents {
  /** Hears nothing. */
  PublishEvents NONE = (connection, message, ending) -> {};

  /** How a publication ended. */
  enum Ending {
    /** The broker owns it. */
    CONFIRMED,
    /** The broker confirmed it, and no group wants its type. */
    UNMATCHED,
    /** Handed to the client, unconfirmed. */
    RAPID,
    /** It waits in the store. */
    DELAYED,
    /** No group would get it, and the topic says that this is no error. */
    DROPPED,
    /** No group would get it. */
    UNROUTABLE,
    /** Not taken. */
    REJECTED,
    /** It may have been taken. */
    UNKNOWN
  }

  /** A publication has ended. */
  void ended(String connection, Message message, Ending ending);
}
