package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.postbus.spi.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hints over a fanout exchange: each driver reads all of them from a queue of its own that lives no
 * longer than its connection. Sent by the publishing connection, so that a broker short of memory
 * does not come to block the consuming one.
 */
final class RabbitSignals implements Signals {
  private static final Logger LOG = LoggerFactory.getLogger(RabbitSignals.class);
  private static final int LONGEST = 1024;
  private static final BasicProperties NOTHING = new BasicProperties.Builder().build();

  private final RabbitLink link;
  private final String exchange;
  private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();

  /** Hands them over, unconfirmed. */
  private volatile @Nullable RabbitProducer sender;

  /** Where we read at the moment; touched on the link's thread only. */
  private @Nullable Channel reading;

  RabbitSignals(RabbitLink link, RabbitNames names) {
    this.link = link;
    this.exchange = names.signals();
  }

  void sendBy(RabbitProducer producer) {
    sender = producer;
  }

  @Override
  public void send(String subject, String text) {
    RabbitProducer by = sender;
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    if (body.length > LONGEST) {
      LOG.warn("A signal on {} of {} bytes was dropped: 1 kB is the limit", subject, body.length);
    } else if (by != null) {
      by.offer(exchange, subject, NOTHING, body);
    }
  }

  @Override
  public Listening listen(String subject, Consumer<String> listener) {
    List<Consumer<String>> all =
        listeners.computeIfAbsent(subject, s -> new CopyOnWriteArrayList<>());
    all.add(listener);
    link.soon(this::read);
    return () -> all.remove(listener);
  }

  /** Begins to read, if there is anybody to read for and nobody does yet. */
  void read(Connection c) {
    if (listeners.isEmpty() || (reading != null && reading.isOpen())) {
      return;
    }
    try {
      Channel channel = Scratch.open(c);
      String queue = channel.queueDeclare().getQueue();
      channel.queueBind(queue, exchange, "");
      channel.basicConsume(queue, true, new Reader(channel));
      reading = channel;
    } catch (IOException e) {
      LOG.warn("Signals between nodes are not heard: {}", RabbitErrors.reason(e));
    }
  }

  private final class Reader extends DefaultConsumer {
    Reader(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(String tag, Envelope e, BasicProperties p, byte[] body) {
      String text = new String(body, StandardCharsets.UTF_8);
      for (Consumer<String> l : listeners.getOrDefault(e.getRoutingKey(), List.of())) {
        try {
          l.accept(text);
        } catch (RuntimeException failed) {
          LOG.error("A listener for signals on {} failed", e.getRoutingKey(), failed);
        }
      }
    }
  }
}
