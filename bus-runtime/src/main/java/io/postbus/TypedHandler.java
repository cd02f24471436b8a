package io.postbus;

/**
 * Handles deliveries whose payload has been decoded.
 *
 * @param <T> what the payload is decoded to
 */
@FunctionalInterface
public interface TypedHandler<T> {
  void handle(T body, Delivery delivery) throws Exception;
}
