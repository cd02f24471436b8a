package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.tck.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for commits while partitions come and go. */
class CommitsIT {
  private final Commits commits = new Commits(new Held(10), Duration.ofMillis(10));

  @Test
  @Timeout(60)
  void whoWaitsForWhatWasCommittedAsItsPartitionWentWaitsNoLonger() throws Exception {
    try (Scene scene = new Scene();
        KafkaConsumer<byte[], byte[]> consumer = consumer(scene)) {
      Lot stays = lot(scene, 0);
      Lot goes = lot(scene, 1);
      consumer.assign(List.of(stays.partition, goes.partition));
      commits.touched(stays);
      CompletableFuture<Boolean> first = asked();
      commits.send(consumer);
      commits.touched(goes);
      CompletableFuture<Boolean> second = asked();
      assertThat(second).isNotDone();

      assertThat(commits.last(consumer, List.of(goes), Scene.PATIENCE)).isTrue();
      Eventually.within(Scene.PATIENCE)
          .until(
              "nobody waits any more",
              () -> {
                consumer.poll(Duration.ofMillis(10));
                commits.promise(commits.asked());
                commits.send(consumer);
                return first.isDone() && second.isDone();
              });
      assertThat(first).isCompletedWithValue(true);
      assertThat(second).isCompletedWithValue(true);
    }
  }

  private CompletableFuture<Boolean> asked() {
    CompletableFuture<Boolean> end = commits.flush();
    commits.promise(commits.asked());
    return end;
  }

  private static Lot lot(Scene scene, int partition) {
    return new Lot(new TopicPartition(scene.namespace + "t", partition), "group", new Track(0));
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Scene scene) throws Exception {
    NewTopic topic = new NewTopic(scene.namespace + "t", 2, (short) 1);
    scene
        .admin
        .createTopics(List.of(topic))
        .all()
        .get(Scene.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", scene.broker.servers(), "group.id", scene.namespace + "g"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
