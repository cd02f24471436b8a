package io.postbus.driver.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer of Kafka's under the id that the cluster has given it. By that the broker recognises
 * what it sends again. A cluster that has lost its disks gives ids from the beginning: of two
 * producers with one id the broker takes what one has sent for a repetition of the other's, and
 * confirms it. So nobody keeps an id of a cluster that is gone, or one that others seem to use.
 * Thread-safe.
 */
final class ProducerSession {
  private final KafkaProducer<byte[], byte[]> producer;
  private final int life;
  private volatile boolean doubtful;

  /**
   * A producer that will ask for an id.
   *
   * @param life which of the clusters behind the address it is to be of
   */
  ProducerSession(Map<String, Object> properties, int life) {
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.life = life;
  }

  void send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    var unused = producer.send(record, callback);
  }

  /** Whether its id is its own in this life of the cluster, as far as is known. */
  boolean isOf(int now) {
    return life == now && !doubtful;
  }

  /** Whether what it is told to be there may be another's. */
  boolean isDoubtful() {
    return doubtful;
  }

  /** The broker has refused something; before anything else that the broker says is told. */
  void refused(Exception why) {
    if (why instanceof InvalidProducerEpochException
        || why instanceof OutOfOrderSequenceException
        || why instanceof UnknownProducerIdException
        || why instanceof InvalidPidMappingException) {
      doubtful = true;
    }
  }

  void close(Duration wait) {
    producer.close(wait);
  }
}
