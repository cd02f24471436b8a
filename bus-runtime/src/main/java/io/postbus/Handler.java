package io.postbus;

/**
 * Handles one delivery at a time, from as many threads as the concurrency says. Returning
 * acknowledges it, unless it was settled otherwise or the subscription is manual; throwing is a
 * failed attempt, which the retry schedule repeats.
 */
@FunctionalInterface
public interface Handler {
  /** The thread is interrupted at the delivery's deadline. */
  void handle(Delivery delivery) throws Exception;
}
