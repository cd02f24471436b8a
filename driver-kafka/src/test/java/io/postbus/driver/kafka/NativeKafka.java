package io.postbus.driver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postbus.tck.Eventually;
import io.postbus.tck.NativeClient;
import io.postbus.tck.NativeMessage;
import io.postbus.testbrokers.KafkaBroker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
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
    return texts;
  }

  @Override
  public String attributePrefix() {
    return "ce_";
  }

  /** Topics with fewer replicas take no messages any more; the positions of groups go on. */
  void requireReplicas(int least) {
    boolean blocked = least > 1;
    String probe =
        admin(
            admin -> {
              Collection<AlterConfigOp> set =
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("min.insync.replicas", Integer.toString(least)),
                          AlterConfigOp.OpType.SET));
              Map<ConfigResource, Collection<AlterConfigOp>> all = new HashMap<>();
              String any = "";
              for (String topic : admin.listTopics().names().get(LIMIT_S, TimeUnit.SECONDS)) {
                all.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), set);
                any = topic.contains("signals") ? topic : any;
              }
              admin.incrementalAlterConfigs(all).all().get(LIMIT_S, TimeUnit.SECONDS);
              return any;
            });
    Map<String, Object> impatient = clients();
    impatient.put("retries", "0");
    impatient.put("enable.idempotence", "false");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(impatient, new ByteArraySerializer(), new ByteArraySerializer())) {
      Eventually.within(Duration.ofSeconds(LIMIT_S))
          .until("the brokers know", () -> refuses(producer, probe) == blocked);
    }
  }

  private static boolean refuses(KafkaProducer<byte[], byte[]> producer, String topic) {
    try {
      var unused = producer.send(new ProducerRecord<>(topic, new byte[0], new byte[0])).get();
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private interface Call<T> {
    T on(Admin admin) throws Exception;
  }

  private <T> T admin(Call<T> call) {
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
