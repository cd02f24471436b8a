package io.postbus.driver.kafka;

import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Tells a keeper, on its own thread, which partitions come and go. */
record Rebalance(Keeper keeper, KafkaConsumer<byte[], byte[]> consumer)
    implements ConsumerRebalanceListener {
  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    keeper.assigned(consumer, partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    keeper.revoked(consumer, partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    keeper.lost(partitions);
  }
}
