package io.postbus.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * kafka-clients as {@code kafka-producer-perf-test --producer-props acks=all} uses it, and a bare
 * loop that commits what each poll brought, which the consumer's perf test leaves out. A batch is
 * flushed before the next one; what is rapid is not waited for.
 */
final class RawKafka implements Client {
  private static final int PARTITIONS = 6;

  private final String servers;
  private final KafkaProducer<byte[], byte[]> producer;

  RawKafka(String servers) {
    this.servers = servers;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) throws Exception {
    createTopic(servers, topic);
  }

  /**
   * With as many partitions as Postbus makes by default. Returns when the broker leads all of them:
   * the first batch of one that it does not lead yet is refused, the second taken, and the first is
   * out of order then for as long as the producer repeats it.
   */
  static void createTopic(String servers, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      if (!admin.listTopics().names().get(30, TimeUnit.SECONDS).contains(topic)) {
        admin
            .createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
            .all()
            .get(30, TimeUnit.SECONDS);
        awaitLeaders(admin, topic);
      }
    }
  }

  /** Only its leader tells where a partition ends, and the broker may not know of it at first. */
  private static void awaitLeaders(Admin admin, String topic) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        admin
            .listOffsets(
                IntStream.range(0, PARTITIONS)
                    .boxed()
                    .collect(
                        Collectors.toMap(
                            n -> new TopicPartition(topic, n), n -> OffsetSpec.latest())))
            .all()
            .get(30, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - until > 0) {
          throw e;
        }
      }
    }
  }

  static Map<String, Object> consuming(String servers, String group, Way way) {
    return new HashMap<>(
        Map.of(
            "bootstrap.servers",
            servers,
            "group.id",
            group,
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            "false",
            "max.poll.records",
            way == Way.BATCH ? HANDLE_BATCH : PREFETCH));
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    int[] inBatch = {0};
    what.by(
        (topic, key, body) -> {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), body),
                  (metadata, error) -> {
                    if (error != null) {
                      failed.set(error);
                    }
                  });
          if (way == Way.BATCH && ++inBatch[0] % PUBLISH_BATCH == 0) {
            producer.flush();
          }
        });
    if (way != Way.RAPID) {
      producer.flush();
    }
    Exception found = failed.get();
    if (found != null) {
      throw found;
    }
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    return new Loop("raw-kafka", turn(topic, group, way, to));
  }

  private Loop.Work turn(String topic, String group, Way way, Consumer<byte[]> to) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consuming(servers, group, way),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return new Loop.Work() {
      @Override
      public void turn() {
        var records = consumer.poll(Duration.ofMillis(100));
        for (ConsumerRecord<byte[], byte[]> r : records) {
          to.accept(r.value());
        }
        if (!records.isEmpty()) {
          consumer.commitSync();
        }
      }

      @Override
      public void close() {
        consumer.close();
      }
    };
  }

  /** Takes away topics whose names begin so: they would fill the disk. */
  static void forget(String servers, String prefix) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      List<String> names =
          admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
              .filter(name -> name.startsWith(prefix))
              .toList();
      admin.deleteTopics(names).all().get(30, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }
}
