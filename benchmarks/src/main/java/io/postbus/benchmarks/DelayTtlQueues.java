package io.postbus.benchmarks;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.postbus.testbrokers.RabbitBroker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * RabbitMQ without a database: a queue for each duration, in which messages expire into the queue
 * that is consumed. It knows no instants and no cancellation, and only durations that recur.
 */
final class DelayTtlQueues implements DelayClient {
  private static final String DUE = "ttl-due";

  private final Connection publishing;
  private final Connection consuming;
  private final ConfirmedChannel channel;
  private final Map<Duration, String> queues = new ConcurrentHashMap<>();

  DelayTtlQueues(RabbitBroker broker) throws Exception {
    publishing = ConfirmedChannel.connect(broker.uri().toString());
    consuming = ConfirmedChannel.connect(broker.uri().toString());
    channel = new ConfirmedChannel(publishing);
    declare(DUE, Map.of());
  }

  @Override
  public String name() {
    return "ttl queues";
  }

  @Override
  public void deliver(Consumer<byte[]> to) throws IOException {
    ConfirmedChannel.consume(consuming, DUE, to);
  }

  @Override
  public CompletionStage<Void> put(byte[] body, Instant due, Duration wait) throws Exception {
    String queue = queues.get(wait);
    if (queue == null) {
      queue = "ttl-" + wait;
      declare(
          queue,
          Map.of(
              "x-message-ttl",
              wait.toMillis(),
              "x-dead-letter-exchange",
              "",
              "x-dead-letter-routing-key",
              DUE));
      queues.put(wait, queue);
    }
    return channel.publish(queue, body);
  }

  private void declare(String queue, Map<String, Object> arguments) throws IOException {
    Channel c = publishing.createChannel();
    c.queueDeclare(queue, true, false, false, arguments);
    try {
      c.close();
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    consuming.close();
    publishing.close();
  }
}
