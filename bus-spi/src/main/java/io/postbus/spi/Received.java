package io.postbus.spi;

import io.postbus.message.Message;

/** A delivery as the driver sees it; its identity is the object itself. Immutable. */
public interface Received {
  /**
   * With every header of the broker's message as text: numbers, booleans and moments in the forms
   * of {@link Message.Builder}, nested structures as JSON. An attribute that its writer left out
   * has the broker's own value: id, time, the type {@code unknown}.
   */
  Message message();

  /** Whether the broker has handed it out before, as far as it knows. */
  boolean redelivered();
}
