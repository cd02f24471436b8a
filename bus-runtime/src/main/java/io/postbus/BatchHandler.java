package io.postbus;

import java.util.List;

/**
 * Handles several deliveries at once. Returning acknowledges those that it has not settled itself;
 * after a throw the unsettled are handled again one by one, as batches of one, so that a bad one
 * harms itself alone.
 */
@FunctionalInterface
public interface BatchHandler {
  void handle(List<Delivery> batch) throws Exception;
}
