package io.postbus.driver.kafka;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record with headers that it need not copy. One thread. */
final class MessageRecord extends ProducerRecord<byte[], byte[]> {
  private final MessageHeaders headers;

  MessageRecord(
      String topic,
      @Nullable Integer partition,
      byte @Nullable [] key,
      byte[] payload,
      MessageHeaders headers) {
    // The moment of publication, by which the broker keeps it: ce_time may be long ago.
    super(topic, partition, null, key, payload, null);
    this.headers = headers;
  }

  @Override
  public Headers headers() {
    return headers;
  }
}
