package io.postbus.benchmarks;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.ByteRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer;
import org.springframework.data.redis.stream.StreamMessageListenerContainer.StreamMessageListenerContainerOptions;

/**
 * Spring Data Redis on Lettuce: {@code executePipelined} of 100; its stream container with batches
 * of 500, each message acknowledged by its listener, as its reference shows it.
 */
final class SpringRedis implements Client {
  private static final int PIPELINE = 100;
  private static final String DATA = "data";
  private static final Duration POLL = Duration.ofMillis(100);

  private final LettuceConnectionFactory connections;
  private final RedisTemplate<String, byte[]> template = new RedisTemplate<>();

  SpringRedis(URI uri) {
    this.connections =
        new LettuceConnectionFactory(
            new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
    connections.afterPropertiesSet();
    connections.start();
    template.setConnectionFactory(connections);
    template.setKeySerializer(RedisSerializer.string());
    template.setHashKeySerializer(RedisSerializer.string());
    template.setHashValueSerializer(RedisSerializer.byteArray());
    template.setValueSerializer(RedisSerializer.byteArray());
    template.afterPropertiesSet();
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) {
    if (!Boolean.TRUE.equals(template.hasKey(topic))) {
      groups.forEach(
          group -> template.opsForStream().createGroup(topic, ReadOffset.from("0"), group));
    }
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    List<ByteRecord> waiting = new ArrayList<>();
    what.by(
        (topic, key, body) -> {
          waiting.add(
              StreamRecords.rawBytes(Map.of(bytes(DATA), body)).withStreamKey(bytes(topic)));
          if (waiting.size() == (way == Way.BATCH ? PUBLISH_BATCH : PIPELINE)) {
            send(waiting);
          }
        });
    send(waiting);
  }

  @SuppressWarnings("NullAway") // A pipeline's callback has to return null.
  private void send(List<ByteRecord> waiting) {
    var unused =
        template.executePipelined(
            (RedisCallback<Object>)
                c -> {
                  waiting.forEach(r -> c.streamCommands().xAdd(r));
                  return null;
                });
    waiting.clear();
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    var options =
        StreamMessageListenerContainerOptions.builder()
            .batchSize(way == Way.BATCH ? HANDLE_BATCH : PREFETCH)
            .pollTimeout(POLL)
            .keySerializer(RedisSerializer.string())
            .hashKeySerializer(RedisSerializer.string())
            .hashValueSerializer(RedisSerializer.byteArray())
            .build();
    var container = StreamMessageListenerContainer.create(connections, options);
    var unused =
        container.receive(
            org.springframework.data.redis.connection.stream.Consumer.from(group, "member"),
            StreamOffset.create(topic, ReadOffset.lastConsumed()),
            record -> {
              to.accept(record.getValue().get(DATA));
              template.opsForStream().acknowledge(group, record);
            });
    container.start();
    return () -> {
      container.stop();
      // It does not wait for its last read, which would take what is meant for the next member.
      long until = System.nanoTime() + POLL.multipliedBy(3).toNanos();
      for (long left = POLL.toNanos(); left > 0; left = until - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    };
  }

  @Override
  public void close() {
    connections.destroy();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
