package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import io.postbus.message.CloudEvents;
import io.postbus.tck.Eventually;
import io.postbus.tck.NativeClient;
import io.postbus.tck.NativeMessage;
import io.postbus.testbrokers.KafkaBroker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Kafka by its own clients, straight to the broker, each opened for one call. */
final class NativeKafka implements NativeClient, AutoCloseable {
  private static final long LIMIT_S = 10;

  private final KafkaBroker broker;

  NativeKafka(KafkaBroker broker) {
    this.broker = broker;
  }

  /** What lies behind the group's positions, but for what their metadata says is finished. */
  @Override
  public long countAtBroker(String group) {
    return admin(
        admin -> {
          Map<TopicPartition, OffsetAndMetadata> positions =
              admin
                  .listConsumerGroupOffsets(group)
                  .partitionsToOffsetAndMetadata()
                  .get(LIMIT_S, TimeUnit.SECONDS);
          Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
          positions.keySet().forEach(p -> ends.put(p, OffsetSpec.latest()));
          long count = 0;
          var found = admin.listOffsets(ends);
          for (var e : positions.entrySet()) {
            OffsetAndMetadata at = e.getValue();
            long end = found.partitionResult(e.getKey()).get(LIMIT_S, TimeUnit.SECONDS).offset();
            count += end - at.offset() - finished(at.metadata());
          }
          return count;
        });
  }

  /** The lengths of runs, after the number of those that are out: varints in Base64. */
  private static long finished(String metadata) {
    long finished = 0;
    if (metadata != null && !metadata.isEmpty()) {
      ByteBuffer in = ByteBuffer.wrap(Base64.getDecoder().decode(metadata.substring(4)));
      for (int n = 0; in.hasRemaining(); n++) {
        long value = 0;
        int shift = 0;
        byte b;
        do {
          b = in.get();
          value |= (long) (b & 127) << shift;
          shift += 7;
        } while (b < 0);
        finished += n > 0 && n % 2 == 0 ? value : 0;
      }
    }
    return finished;
  }

  @Override
  public void publish(String topic, byte[] body, Map<String, Object> headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, body);
    headers.forEach(
        (name, value) ->
            record
                .headers()
                .add(
                    name,
                    value instanceof byte[] bytes
                        ? bytes
                        : NativeClient.text(value).getBytes(UTF_8)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(clients(), new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused = producer.send(record).get(LIMIT_S, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("Publishing to " + topic + " failed", e);
    }
  }

  @Override
  public AutoCloseable read(String topic, Consumer<NativeMessage> reader) {
    AtomicBoolean closed = new AtomicBoolean();
    CountDownLatch ready = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try (KafkaConsumer<byte[], byte[]> consumer =
                  new KafkaConsumer<>(
                      clients(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> all = new ArrayList<>();
                consumer
                    .partitionsFor(topic)
                    .forEach(p -> all.add(new TopicPartition(topic, p.partition())));
                consumer.assign(all);
                consumer.endOffsets(all).forEach(consumer::seek);
                ready.countDown();
                while (!closed.get()) {
                  for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(100))) {
                    reader.accept(new NativeMessage(r.value(), texts(r), null));
                  }
                }
              }
            },
            "native-reader");
    thread.start();
    try {
      if (!ready.await(LIMIT_S, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Reading " + topic + " did not begin");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return () -> {
      closed.set(true);
      thread.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
    };
  }

  private static Map<String, String> texts(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> texts = new HashMap<>();
    for (Header h : record.headers()) {
      texts.put(h.key(), new String(h.value(), UTF_8));
    }
    tell(texts, record.key());
    return texts;
  }

  /** What a compact message leaves to its reader. */
  private static void tell(Map<String, String> headers, byte @Nullable [] key) {
    UUID id = UUID.fromString(headers.getOrDefault("ce_id", ""));
    Instant made = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    headers.putIfAbsent("ce_specversion", "1.0");
    headers.putIfAbsent("ce_source", CloudEvents.DEFAULT_SOURCE);
    headers.putIfAbsent("ce_time", made.toString());
    if (key != null) {
      headers.putIfAbsent("ce_partitionkey", new String(key, UTF_8));
    }
  }

  @Override
  public String attributePrefix() {
    return "ce_";
  }

  /**
   * What the groups there are read needs two replicas from now on, of which one is lost: it takes
   * no messages any more.
   */
  void requireReplicasOfLostFollower() {
    List<TopicPartition> read = readByGroups();
    String cluster = admin(a -> a.describeCluster().clusterId().get(LIMIT_S, TimeUnit.SECONDS));
    try (KafkaBroker follower = broker.follower(cluster)) {
      Map<TopicPartition, Optional<NewPartitionReassignment>> both = new HashMap<>();
      read.forEach(p -> both.put(p, Optional.of(new NewPartitionReassignment(List.of(1, 2)))));
      admin(a -> a.alterPartitionReassignments(both).all().get(LIMIT_S, TimeUnit.SECONDS));
      Eventually.within(Duration.ofSeconds(LIMIT_S))
          .until("the follower has them", () -> inSync(read, 2));
      require(read, 2);
      follower.kill();
    }
    Eventually.within(Duration.ofSeconds(LIMIT_S)).until("it is missed", () -> inSync(read, 1));
  }

  void requireOneReplica() {
    require(readByGroups(), 1);
  }

  private List<TopicPartition> readByGroups() {
    return admin(
        a -> {
          List<TopicPartition> all = new ArrayList<>();
          for (GroupListing g : a.listGroups().all().get(LIMIT_S, TimeUnit.SECONDS)) {
            all.addAll(
                a.listConsumerGroupOffsets(g.groupId())
                    .partitionsToOffsetAndMetadata()
                    .get(LIMIT_S, TimeUnit.SECONDS)
                    .keySet());
          }
          return all;
        });
  }

  private boolean inSync(List<TopicPartition> partitions, int count) {
    Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(toSet());
    return admin(a -> a.describeTopics(topics).allTopicNames().get(LIMIT_S, TimeUnit.SECONDS))
        .values()
        .stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(p -> p.isr().size() == count);
  }

  private void require(List<TopicPartition> partitions, int least) {
    Collection<AlterConfigOp> set =
        List.of(
            new AlterConfigOp(
                new ConfigEntry("min.insync.replicas", Integer.toString(least)),
                AlterConfigOp.OpType.SET));
    Map<ConfigResource, Collection<AlterConfigOp>> all = new HashMap<>();
    partitions.forEach(p -> all.put(new ConfigResource(ConfigResource.Type.TOPIC, p.topic()), set));
    admin(a -> a.incrementalAlterConfigs(all).all().get(LIMIT_S, TimeUnit.SECONDS));
  }

  private interface Call<T extends @Nullable Object> {
    T on(Admin admin) throws Exception;
  }

  private <T extends @Nullable Object> T admin(Call<T> call) {
    try (Admin admin = Admin.create(clients())) {
      return call.on(admin);
    } catch (Exception e) {
      throw new IllegalStateException("A native call failed", e);
    }
  }

  private Map<String, Object> clients() {
    return new HashMap<>(Map.of("bootstrap.servers", broker.servers()));
  }

  @Override
  public void close() {}
}
