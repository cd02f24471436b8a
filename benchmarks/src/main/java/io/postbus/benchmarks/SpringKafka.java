package io.postbus.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.MessageListener;

/**
 * Spring Kafka: a template, its stages looked at when they complete; a listener container that
 * commits per record, as we settle, or per poll, which is its default; its batch listener where
 * batches are handled.
 */
final class SpringKafka implements Client {
  private final String servers;
  private final AckMode ackMode;
  private final DefaultKafkaProducerFactory<byte[], byte[]> producers;
  private final KafkaTemplate<byte[], byte[]> template;

  SpringKafka(String servers, AckMode ackMode) {
    this.servers = servers;
    this.ackMode = ackMode;
    this.producers =
        new DefaultKafkaProducerFactory<>(
            new HashMap<>(Map.of("bootstrap.servers", servers, "acks", "all")),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.template = new KafkaTemplate<>(producers);
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) throws Exception {
    RawKafka.createTopic(servers, topic);
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    int[] inBatch = {0};
    what.by(
        (topic, key, body) -> {
          var sent =
              key == null
                  ? template.send(topic, body)
                  : template.send(topic, key.getBytes(StandardCharsets.UTF_8), body);
          var unused = sent.whenComplete((done, error) -> failed.compareAndSet(null, error));
          if (way == Way.BATCH && ++inBatch[0] % PUBLISH_BATCH == 0) {
            template.flush();
          }
        });
    if (way != Way.RAPID) {
      template.flush();
    }
    Throwable found = failed.get();
    if (found != null) {
      throw new IllegalStateException("a publication failed", found);
    }
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    ContainerProperties properties = new ContainerProperties(topic);
    properties.setAckMode(ackMode);
    properties.setMessageListener(way == Way.BATCH ? batches(to) : singles(to));
    var container =
        new ConcurrentMessageListenerContainer<byte[], byte[]>(
            new DefaultKafkaConsumerFactory<>(
                RawKafka.consuming(servers, group, way),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()),
            properties);
    container.setBeanName(group);
    container.start();
    return container::stop;
  }

  private static MessageListener<byte[], byte[]> singles(Consumer<byte[]> to) {
    return record -> to.accept(record.value());
  }

  private static BatchMessageListener<byte[], byte[]> batches(Consumer<byte[]> to) {
    return batch -> batch.forEach(record -> to.accept(record.value()));
  }

  @Override
  public void close() {
    producers.destroy();
  }
}
