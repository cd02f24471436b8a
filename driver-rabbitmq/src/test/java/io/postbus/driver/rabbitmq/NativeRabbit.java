package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.postbus.message.CloudEvents;
import io.postbus.tck.NativeClient;
import io.postbus.tck.NativeMessage;
import io.postbus.testbrokers.RabbitBroker;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** RabbitMQ by its own client, straight to the broker. A connection that was lost is made anew. */
final class NativeRabbit implements NativeClient, AutoCloseable {
  private static final long CONFIRM_MS = 10_000;

  private final RabbitBroker broker;
  private @Nullable Connection connection;

  NativeRabbit(RabbitBroker broker) {
    this.broker = broker;
  }

  /** Ready ones are all there are, as nobody consumes. */
  @Override
  public long countAtBroker(String group) {
    return call(channel -> (long) channel.queueDeclarePassive(group).getMessageCount());
  }

  @Override
  public void publish(String topic, byte[] body, Map<String, Object> headers) {
    Map<String, Object> typed = new HashMap<>();
    headers.forEach((name, value) -> typed.put(name, typed(value)));
    BasicProperties properties = new BasicProperties.Builder().headers(typed).build();
    call(
        channel -> {
          channel.confirmSelect();
          channel.basicPublish(topic, "", properties, body);
          channel.waitForConfirmsOrDie(CONFIRM_MS);
          return true;
        });
  }

  @Override
  public AutoCloseable read(String topic, Consumer<NativeMessage> reader) {
    try {
      Channel channel = connection().createChannel();
      String queue = channel.queueDeclare().getQueue();
      channel.queueBind(queue, topic, "#");
      channel.basicConsume(
          queue,
          true,
          (tag, d) ->
              reader.accept(
                  new NativeMessage(
                      d.getBody(), attributes(d), d.getProperties().getContentType())),
          tag -> {});
      return channel;
    } catch (Exception e) {
      throw new IllegalStateException("Reading " + topic + " failed", e);
    }
  }

  @Override
  public String attributePrefix() {
    return "cloudEvents_";
  }

  @Override
  public synchronized void close() {
    if (connection != null) {
      connection.abort();
    }
  }

  private interface Call<T> {
    T on(Channel channel) throws Exception;
  }

  private <T> T call(Call<T> call) {
    try {
      Channel channel = connection().createChannel();
      try {
        return call.on(channel);
      } finally {
        channel.abort();
      }
    } catch (Exception e) {
      throw new IllegalStateException("A native call failed", e);
    }
  }

  private synchronized Connection connection() throws Exception {
    Connection present = connection;
    if (present == null || !present.isOpen()) {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(broker.uri());
      factory.setAutomaticRecoveryEnabled(false);
      present = factory.newConnection("native");
      connection = present;
    }
    return present;
  }

  private static Object typed(Object value) {
    return value instanceof Instant moment ? Date.from(moment) : value;
  }

  /** The headers, and what a compact message has in AMQP's own places instead. */
  private Map<String, String> attributes(com.rabbitmq.client.Delivery d) {
    BasicProperties p = d.getProperties();
    Map<String, String> all = texts(p.getHeaders());
    if (!all.containsKey(attributePrefix() + CloudEvents.ID)) {
      Map<String, @Nullable String> told = new HashMap<>();
      told.put(CloudEvents.SPECVERSION, "1.0");
      told.put(CloudEvents.ID, p.getMessageId());
      told.put(CloudEvents.SOURCE, p.getAppId());
      told.put(CloudEvents.TYPE, d.getEnvelope().getRoutingKey());
      told.put(CloudEvents.TIME, timeOf(p));
      told.forEach((name, value) -> all.putIfAbsent(attributePrefix() + name, value));
    }
    return all;
  }

  /** The milliseconds are the id's, a UUID of version 7: its first 48 bits. */
  private static String timeOf(BasicProperties p) {
    UUID id = UUID.fromString(p.getMessageId());
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16).toString();
  }

  private static Map<String, String> texts(@Nullable Map<String, Object> headers) {
    Map<String, String> texts = new HashMap<>();
    if (headers != null) {
      headers.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    }
    return texts;
  }
}
