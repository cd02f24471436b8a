package io.postbus.benchmarks;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.postbus.message.MessageId;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * amqp-client with the settings of PerfTest: {@code --flag persistent --confirm 1000 --qos 500
 * --multi-ack-every 50}, one connection to publish and one to consume, a channel each. With
 * attributes it sends the CloudEvents headers and properties that {@code attributes: full} does.
 */
final class RawRabbit implements Client {
  private static final int ACK_EVERY = 50;
  private static final String TYPE = "E";

  private final Connection publishing;
  private final Connection consuming;
  private final boolean attributes;

  RawRabbit(String uri, boolean attributes) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(uri);
    this.publishing = factory.newConnection("raw publishing");
    this.consuming = factory.newConnection("raw consuming");
    this.attributes = attributes;
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) throws Exception {
    try (Channel c = consuming.createChannel()) {
      c.exchangeDeclare(topic, groups.size() == 1 ? "direct" : "fanout", true);
      for (String group : groups) {
        c.queueDeclare(group, true, false, false, null);
        c.queueBind(group, topic, TYPE);
      }
    }
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    try (Channel channel = publishing.createChannel()) {
      if (way == Way.RAPID) {
        what.by(new Writing(channel, 1));
      } else {
        Confirming confirming = new Confirming(channel, way);
        what.by(confirming);
        confirming.finish();
      }
    }
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) throws Exception {
    Channel channel = consuming.createChannel();
    channel.basicQos(PREFETCH);
    Acking acking = new Acking(channel, to);
    String tag = channel.basicConsume(group, false, acking);
    return () -> {
      channel.basicCancel(tag);
      acking.rest();
      channel.close();
    };
  }

  @Override
  public void close() throws Exception {
    publishing.close();
    consuming.close();
  }

  private BasicProperties properties(@Nullable String key, int deliveryMode) {
    if (!attributes) {
      return new BasicProperties(
          null,
          null,
          null,
          deliveryMode,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);
    }
    String id = MessageId.next();
    Instant now = Instant.now();
    Map<String, Object> headers = new HashMap<>();
    headers.put("cloudEvents_specversion", "1.0");
    headers.put("cloudEvents_id", id);
    headers.put("cloudEvents_source", "bench");
    headers.put("cloudEvents_type", TYPE);
    headers.put("cloudEvents_time", now.toString());
    if (key != null) {
      headers.put("cloudEvents_partitionkey", key);
    }
    return new BasicProperties(
        null,
        null,
        headers,
        deliveryMode,
        null,
        null,
        null,
        null,
        id,
        Date.from(now),
        TYPE,
        null,
        null,
        null);
  }

  /** Publishes unconfirmed. */
  private class Writing implements Sending {
    final Channel channel;
    final int deliveryMode;

    Writing(Channel channel, int deliveryMode) {
      this.channel = channel;
      this.deliveryMode = deliveryMode;
    }

    @Override
    public void send(String topic, @Nullable String key, byte[] body) throws Exception {
      channel.basicPublish(topic, TYPE, properties(key, deliveryMode), body);
    }
  }

  /**
   * Publishes with a window of unconfirmed messages; in batches, waits for each to be confirmed.
   */
  private final class Confirming extends Writing implements ConfirmListener {
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicBoolean refused = new AtomicBoolean();
    private final Way way;
    private final BitSet ahead = new BitSet();
    private long low = 1;
    private int inBatch;

    Confirming(Channel channel, Way way) throws IOException {
      super(channel, 2);
      this.way = way;
      channel.confirmSelect();
      channel.addConfirmListener(this);
    }

    @Override
    public void send(String topic, @Nullable String key, byte[] body) throws Exception {
      window.acquire();
      super.send(topic, key, body);
      if (way == Way.BATCH && ++inBatch == PUBLISH_BATCH) {
        inBatch = 0;
        finish();
      }
    }

    @Override
    public void handleAck(long tag, boolean multiple) {
      if (!multiple) {
        ahead.set((int) tag);
        window.release();
        return;
      }
      int all = (int) (tag - low + 1);
      window.release(all - ahead.get((int) low, (int) tag + 1).cardinality());
      low = tag + 1;
    }

    @Override
    public void handleNack(long tag, boolean multiple) {
      refused.set(true);
      handleAck(tag, multiple);
    }

    void finish() throws Exception {
      if (!window.tryAcquire(WINDOW, 60, TimeUnit.SECONDS)) {
        throw new TimeoutException("not confirmed");
      }
      window.release(WINDOW);
      if (refused.get()) {
        throw new IOException("refused by the broker");
      }
    }
  }

  private static final class Acking extends DefaultConsumer {
    private final Consumer<byte[]> to;
    private int unacked;
    private long last;

    Acking(Channel channel, Consumer<byte[]> to) {
      super(channel);
      this.to = to;
    }

    @Override
    public synchronized void handleDelivery(String tag, Envelope e, BasicProperties p, byte[] body)
        throws IOException {
      to.accept(body);
      last = e.getDeliveryTag();
      if (++unacked == ACK_EVERY) {
        rest();
      }
    }

    synchronized void rest() throws IOException {
      if (unacked > 0) {
        getChannel().basicAck(last, true);
        unacked = 0;
      }
    }
  }
}
