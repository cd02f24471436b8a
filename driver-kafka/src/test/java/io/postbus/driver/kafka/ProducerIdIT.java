package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Driver;
import io.postbus.spi.Producer;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.KafkaBroker;
import io.postbus.testbrokers.KafkaOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A broker that has lost its disk gives the ids of its producers to others. Of two with the same id
 * it takes what one has sent for what the other sends again, and confirms it.
 */
class ProducerIdIT {
  private static final int NEWCOMERS = 6;

  /**
   * @param cluster the id that its disk is formatted with, always; or one of its own each time
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "zYxWvUtSRqPoNmLkJiHgFw"})
  @Timeout(180)
  void whatOutlivesTheBrokersDiskLosesNothingToNewcomers(String cluster) throws Exception {
    try (KafkaBroker broker = KafkaBroker.open(KafkaOptions.defaults(), cluster);
        Scene scene = new Scene(broker)) {
      String topic = new KafkaNames(scene.namespace).topic("topic");
      Driver survivor = scene.driver();
      survivor.topology().declare(Scene.topic("topic", NEWCOMERS + 1, null));
      Producer old = Scene.producer(survivor);
      send(old, topic, 0);

      broker.kill();
      broker.wipe();
      broker.start();
      Eventually.within(Scene.PATIENCE)
          .until("the topic is there again", () -> names(scene).contains(topic));
      List<Producer> newcomers = new ArrayList<>();
      Driver other = scene.driver();
      for (int i = 0; i < NEWCOMERS; i++) {
        newcomers.add(Scene.producer(other));
        send(newcomers.get(i), topic, i + 1);
      }
      for (int i = 0; i < NEWCOMERS; i++) {
        send(old, topic, i + 1);
      }

      for (int i = 0; i < NEWCOMERS; i++) {
        assertThat(count(scene, topic, i + 1)).as("messages of partition " + (i + 1)).isEqualTo(2);
      }
    }
  }

  private static void send(Producer producer, String topic, int partition) {
    Message m = Message.of("topic", "Type", new byte[10]);
    Scene.confirmed(((KafkaSender) producer).send(topic, partition, m));
  }

  private static Set<String> names(Scene scene) throws Exception {
    return scene.admin.listTopics().names().get();
  }

  private static long count(Scene scene, String topic, int partition) throws Exception {
    TopicPartition where = new TopicPartition(topic, partition);
    return scene
        .admin
        .listOffsets(Map.of(where, OffsetSpec.latest()))
        .partitionResult(where)
        .get()
        .offset();
  }
}
