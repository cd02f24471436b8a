package io.postbus.testbrokers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaBrokerIT extends BrokerContract<KafkaBroker> {
  private static final String TOPIC = "texts";
  private static final TopicPartition ONLY = new TopicPartition(TOPIC, 0);

  @Override
  KafkaBroker open() {
    return KafkaBroker.open();
  }

  @Override
  KafkaBroker shared() {
    return KafkaBroker.shared();
  }

  @Override
  void write(KafkaBroker broker, InetSocketAddress by, String text) throws Exception {
    create(by);
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(client(by), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, text)).get();
    }
  }

  @Override
  String read(KafkaBroker broker, InetSocketAddress by) throws Exception {
    create(by);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(client(by), new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(ONLY));
      long end = consumer.endOffsets(List.of(ONLY)).getOrDefault(ONLY, 0L);
      if (end == 0) {
        return "";
      }
      consumer.seek(ONLY, end - 1);
      String text = "";
      for (int i = 0; i < 100 && text.isEmpty(); i++) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          text = record.value();
        }
      }
      return text;
    }
  }

  @Override
  boolean contained() {
    return false;
  }

  private static void create(InetSocketAddress by) throws Exception {
    try (Admin admin = Admin.create(client(by))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
    }
  }

  private static Map<String, Object> client(InetSocketAddress by) {
    return new HashMap<>(Map.of("bootstrap.servers", KafkaBroker.servers(by)));
  }

  @Test
  void whoComesByAWayStaysThere() throws Exception {
    try (KafkaBroker broker = KafkaBroker.open(KafkaOptions.defaults().ways(2));
        TcpProxy way = broker.way(1)) {
      write(broker, way.endpoint(), "by a way");
      assertThat(read(broker, way.endpoint())).isEqualTo("by a way");
      long accepted = way.accepted();
      way.refuse();
      way.cut();
      Map<String, Object> impatient = client(way.endpoint());
      impatient.put("default.api.timeout.ms", "1000");
      impatient.put("request.timeout.ms", "500");
      try (Admin admin = Admin.create(impatient)) {
        assertThatThrownBy(() -> admin.describeCluster().nodes().get())
            .isInstanceOf(ExecutionException.class);
      }
      assertThat(accepted).isPositive();
    }
  }

  @Test
  void aFollowerHoldsReplicas() throws Exception {
    try (Admin admin = Admin.create(client(broker.endpoint()))) {
      String cluster = admin.describeCluster().clusterId().get();
      try (KafkaBroker follower = broker.follower(cluster)) {
        assertThat(follower.endpoint()).isNotEqualTo(broker.endpoint());
        Eventually.within(
            Duration.ofSeconds(20),
            "two brokers serve",
            () -> admin.describeCluster().nodes().get().size() == 2);
        admin.createTopics(List.of(new NewTopic("twice", 1, (short) 2))).all().get();
      }
    }
  }

  @Test
  void takesSettings() throws Exception {
    KafkaOptions options = KafkaOptions.defaults().setting("auto.create.topics.enable", "true");
    try (KafkaBroker generous = KafkaBroker.open(options);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                client(generous.endpoint()), new StringSerializer(), new StringSerializer())) {
      assertThat(producer.send(new ProducerRecord<>("made-by-use", "x")).get().offset()).isZero();
    }
  }
}
