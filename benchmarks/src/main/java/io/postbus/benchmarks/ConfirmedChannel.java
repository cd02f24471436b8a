package io.postbus.benchmarks;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A channel of the bare client that publishes persistent messages with asynchronous confirms, as
 * its guide has it, so many unconfirmed at most. Thread-safe.
 */
final class ConfirmedChannel {
  private static final int WINDOW = 1000;
  private static final int PREFETCH = 500;
  private static final int ACK_EVERY = 50;

  private final Channel channel;
  private final Semaphore window = new Semaphore(WINDOW);
  private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> open =
      new ConcurrentSkipListMap<>();

  ConfirmedChannel(Connection connection) throws IOException {
    channel = connection.createChannel();
    channel.confirmSelect();
    channel.addConfirmListener(
        (tag, multiple) -> ended(tag, multiple, null),
        (tag, multiple) -> ended(tag, multiple, new IOException("The broker refused a message")));
  }

  static Connection connect(String uri) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    return factory.newConnection();
  }

  /** Publishes through the default exchange. */
  synchronized CompletableFuture<Void> publish(String queue, byte[] body) throws Exception {
    window.acquire();
    CompletableFuture<Void> confirmed = new CompletableFuture<>();
    open.put(channel.getNextPublishSeqNo(), confirmed);
    channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, body);
    return confirmed;
  }

  /** Consumes, and acknowledges many at once: some stay unacknowledged until the channel closes. */
  static void consume(Connection connection, String queue, Consumer<byte[]> to) throws IOException {
    Channel channel = connection.createChannel();
    channel.basicQos(PREFETCH);
    channel.basicConsume(
        queue,
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag,
              Envelope envelope,
              com.rabbitmq.client.AMQP.BasicProperties properties,
              byte[] body)
              throws IOException {
            to.accept(body);
            if (envelope.getDeliveryTag() % ACK_EVERY == 0) {
              getChannel().basicAck(envelope.getDeliveryTag(), true);
            }
          }
        });
  }

  private void ended(long tag, boolean multiple, @Nullable IOException failure) {
    ConcurrentNavigableMap<Long, CompletableFuture<Void>> all =
        multiple ? open.headMap(tag, true) : open.subMap(tag, true, tag, true);
    for (Long one : all.keySet()) {
      CompletableFuture<Void> confirmed = open.remove(one);
      if (confirmed != null) {
        window.release();
        if (failure == null) {
          confirmed.complete(null);
        } else {
          confirmed.completeExceptionally(failure);
        }
      }
    }
  }
}
