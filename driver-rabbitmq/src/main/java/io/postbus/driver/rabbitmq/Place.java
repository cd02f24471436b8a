package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Envelope;
import java.util.List;
import java.util.Map;

/** Where a message was published to. */
record Place(String exchange, String routingKey) {
  /** The broker's list of the places it took a message away from by itself, the first one last. */
  private static final String MOVES = "x-death";

  static Place of(Envelope envelope, Map<String, Object> headers) {
    if (headers.get(MOVES) instanceof List<?> moves
        && !moves.isEmpty()
        && moves.get(moves.size() - 1) instanceof Map<?, ?> first
        && first.get("routing-keys") instanceof List<?> keys
        && !keys.isEmpty()) {
      return new Place(
          String.valueOf(HeaderText.of(first.get("exchange"))),
          String.valueOf(HeaderText.of(keys.get(0))));
    }
    return new Place(envelope.getExchange(), envelope.getRoutingKey());
  }

  boolean isTopic() {
    return !exchange.isEmpty();
  }
}
