package io.postbus;

import java.util.List;

/**
 * Handles several deliveries at once. Returning acknowledges those that it has not settled itself;
 * after a throw the unsettled are handled again one by one, as batches of one, so that a bad one
 * harms itself alone. That a batch threw is no failed attempt of its items; that one of one threw
 * is.
 *
 * <p>In a group with an order, the messages of a key are in one batch at a time, in their order.
 */
@FunctionalInterface
public interface BatchHandler {
  void handle(List<Delivery> batch) throws Exception;
}
