package io.postbus.benchmarks;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntryBinary;

/**
 * Jedis by hand: {@code XADD} in pipelines of 100, {@code XREADGROUP} of 500 and an {@code XACK}
 * for all of them. A message is one field, or three with its id and type.
 */
final class RawRedis implements Client {
  private static final int PIPELINE = 100;
  private static final byte[] DATA = bytes("data");
  private static final byte[] ID = bytes("ce_id");
  private static final byte[] TYPE = bytes("ce_type");

  private final URI uri;
  private final boolean attributes;
  private final RedisClient redis;
  private long ids;

  /**
   * @param attributes whether a message also tells its id and type
   */
  RawRedis(URI uri, boolean attributes) {
    this.uri = uri;
    this.attributes = attributes;
    this.redis = RedisClient.create(uri);
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) {
    for (String group : groups) {
      try {
        redis.xgroupCreate(topic, group, new StreamEntryID(), true);
      } catch (JedisDataException e) {
        if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) {
          throw e;
        }
      }
    }
  }

  @Override
  public void publish(Way way, Publication what) throws Exception {
    try (Pipeline pipeline = redis.pipelined()) {
      int[] waiting = {0};
      what.by(
          (topic, key, body) -> {
            var unused = pipeline.xadd(bytes(topic), XAddParams.xAddParams(), fields(body));
            if (++waiting[0] == (way == Way.BATCH ? PUBLISH_BATCH : PIPELINE)) {
              waiting[0] = 0;
              pipeline.sync();
            }
          });
      pipeline.sync();
    }
  }

  private Map<byte[], byte[]> fields(byte[] body) {
    return attributes
        ? Map.of(DATA, body, ID, bytes(new UUID(++ids, ids).toString()), TYPE, bytes("E"))
        : Map.of(DATA, body);
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    RedisClient reading = RedisClient.create(uri);
    byte[] stream = bytes(topic);
    byte[] name = bytes(group);
    int count = way == Way.BATCH ? HANDLE_BATCH : PREFETCH;
    XReadGroupParams params = XReadGroupParams.xReadGroupParams().count(count).block(100);
    return new Loop(
        "raw-redis",
        new Loop.Work() {
          @Override
          public void turn() {
            var got =
                reading.xreadGroupBinary(
                    name,
                    bytes("member"),
                    params,
                    Map.of(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
            if (got != null) {
              got.forEach(e -> handle(e.getValue()));
            }
          }

          private void handle(List<StreamEntryBinary> entries) {
            byte[][] ids = new byte[entries.size()][];
            for (int i = 0; i < ids.length; i++) {
              to.accept(body(entries.get(i).getFields()));
              ids[i] = bytes(entries.get(i).getID().toString());
            }
            reading.xack(stream, name, ids);
          }

          private byte[] body(Map<byte[], byte[]> fields) {
            return attributes
                ? Objects.requireNonNull(fields.get(DATA))
                : fields.values().iterator().next();
          }

          @Override
          public void close() {
            reading.close();
          }
        });
  }

  /** Takes away streams whose names begin so: they would fill the memory. */
  static void forget(URI uri, String prefix) {
    try (RedisClient redis = RedisClient.create(uri)) {
      redis.keys(prefix + "*").forEach(redis::unlink);
    }
  }

  @Override
  public void close() {
    redis.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
