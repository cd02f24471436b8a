package io.postbus.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.BatchMessageListener;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory.ConfirmType;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.DirectMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;

/**
 * Spring AMQP: a template with correlated confirms on a connection of its own, a window of them as
 * large as ours; the direct container, and the simple one for batches, as only that makes them.
 */
final class SpringRabbit implements Client {
  private final CachingConnectionFactory publishing;
  private final CachingConnectionFactory consuming;

  private final boolean tuned;

  /**
   * @param tuned publishes all in one scope of the template ({@code invoke}), and acknowledges 50
   *     at a time; else as it comes: a channel for each send, an acknowledgement for each message
   */
  SpringRabbit(String uri, boolean tuned) {
    this.tuned = tuned;
    this.publishing = new CachingConnectionFactory(URI.create(uri));
    publishing.setPublisherConfirmType(ConfirmType.CORRELATED);
    this.consuming = new CachingConnectionFactory(URI.create(uri));
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) {
    RabbitAdmin admin = new RabbitAdmin(consuming);
    FanoutExchange exchange = new FanoutExchange(topic, true, false);
    admin.declareExchange(exchange);
    for (String group : groups) {
      admin.declareQueue(new Queue(group, true, false, false));
      admin.declareBinding(new Binding(group, Binding.DestinationType.QUEUE, topic, "E", null));
    }
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    RabbitTemplate template = new RabbitTemplate(publishing);
    Sending sending = way == Way.RAPID ? rapid(template) : new Confirmed(template, way);
    if (tuned) {
      // One channel for all, as the reference has it where order matters. Without it a channel with
      // unconfirmed messages is not used again, and most messages need another one.
      Boolean unused = template.invoke(t -> published(what, sending));
    } else {
      what.by(sending);
    }
    if (sending instanceof Confirmed confirmed) {
      confirmed.finish();
    }
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    AbstractMessageListenerContainer container = way == Way.BATCH ? batches(to) : singles(to);
    container.setQueueNames(group);
    container.setPrefetchCount(PREFETCH);
    container.afterPropertiesSet();
    container.start();
    return () -> {
      container.stop();
      container.destroy();
    };
  }

  private AbstractMessageListenerContainer singles(Consumer<byte[]> to) {
    DirectMessageListenerContainer container = new DirectMessageListenerContainer(consuming);
    if (tuned) {
      container.setMessagesPerAck(50);
    }
    container.setMessageListener((MessageListener) m -> to.accept(m.getBody()));
    return container;
  }

  private AbstractMessageListenerContainer batches(Consumer<byte[]> to) {
    SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(consuming);
    container.setConsumerBatchEnabled(true);
    container.setBatchSize(HANDLE_BATCH);
    container.setBatchReceiveTimeout(5);
    container.setMessageListener(
        (BatchMessageListener) batch -> batch.forEach(m -> to.accept(m.getBody())));
    return container;
  }

  @Override
  public void close() {
    publishing.destroy();
    consuming.destroy();
  }

  private static Message message(byte[] body, MessageDeliveryMode mode) {
    MessageProperties properties = new MessageProperties();
    properties.setDeliveryMode(mode);
    return MessageBuilder.withBody(body).andProperties(properties).build();
  }

  private static boolean published(Publication what, Sending sending) {
    try {
      what.by(sending);
      return true;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Sending rapid(RabbitTemplate template) {
    return (topic, key, body) ->
        template.send(topic, "E", message(body, MessageDeliveryMode.NON_PERSISTENT));
  }

  private static final class Confirmed implements Sending {
    private final RabbitTemplate template;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicBoolean refused = new AtomicBoolean();
    private final Way way;
    private int inBatch;

    Confirmed(RabbitTemplate template, Way way) {
      this.template = template;
      this.way = way;
      template.setConfirmCallback(
          (data, confirmed, why) -> {
            if (!confirmed) {
              refused.set(true);
            }
            window.release();
          });
    }

    @Override
    public void send(String topic, @Nullable String key, byte[] body) throws Exception {
      window.acquire();
      template.send(
          topic, "E", message(body, MessageDeliveryMode.PERSISTENT), new CorrelationData());
      if (way == Way.BATCH && ++inBatch == PUBLISH_BATCH) {
        inBatch = 0;
        finish();
      }
    }

    void finish() throws Exception {
      if (!window.tryAcquire(WINDOW, 60, TimeUnit.SECONDS)) {
        throw new TimeoutException("not confirmed");
      }
      window.release(WINDOW);
      if (refused.get()) {
        throw new IllegalStateException("refused by the broker");
      }
    }
  }
}
