package io.postbus.driver.redisstream;

import io.postbus.message.CloudEvents;
import io.postbus.tck.NativeClient;
import io.postbus.tck.NativeMessage;
import io.postbus.testbrokers.RedisBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamEntry;

/** Redis by its own client, straight to the server, with a connection for each call. */
final class NativeRedis implements NativeClient {
  /** What is pending and what was not read, over all streams that have the group. */
  private static final String COUNT =
      """
      local n = 0
      for _, key in ipairs(redis.call('KEYS', '*')) do
        if redis.call('TYPE', key).ok == 'stream' then
          for _, g in ipairs(redis.call('XINFO', 'GROUPS', key)) do
            if g[2] == ARGV[1] then
              n = n + g[6] + #redis.call('XRANGE', key, '(' .. g[8], '+')
            end
          end
        end
      end
      return n
      """;

  private final RedisBroker broker;

  NativeRedis(RedisBroker broker) {
    this.broker = broker;
  }

  Jedis open() {
    return new Jedis(broker.uri());
  }

  @Override
  public long countAtBroker(String group) {
    try (Jedis jedis = open()) {
      return (Long) jedis.eval(COUNT, List.of(), List.of(group));
    }
  }

  @Override
  public void publish(String topic, byte[] body, Map<String, Object> headers) {
    List<byte[]> arguments = new ArrayList<>(List.of(bytes(topic), bytes("*")));
    headers.forEach(
        (name, value) -> {
          arguments.add(bytes(name));
          arguments.add(bytes(NativeClient.text(value)));
        });
    arguments.addAll(List.of(bytes("data"), body));
    try (Jedis jedis = open()) {
      jedis.sendCommand(Protocol.Command.XADD, arguments.toArray(byte[][]::new));
    }
  }

  @Override
  public AutoCloseable read(String topic, Consumer<NativeMessage> reader) {
    AtomicBoolean reading = new AtomicBoolean(true);
    String last;
    try (Jedis jedis = open()) {
      var newest = jedis.xrevrange(topic, "+", "-", 1);
      last = newest.isEmpty() ? "0" : newest.get(0).getID().toString();
    }
    Thread thread = new Thread(() -> read(topic, last, reader, reading), "native-reader");
    thread.setDaemon(true);
    thread.start();
    return () -> reading.set(false);
  }

  private void read(
      String topic, String from, Consumer<NativeMessage> reader, AtomicBoolean reading) {
    StreamEntryID last = new StreamEntryID(from.equals("0") ? "0-0" : from);
    try (Jedis jedis = open()) {
      while (reading.get()) {
        var got = jedis.xread(XReadParams.xReadParams().block(100), Map.of(topic, last));
        if (got != null) {
          for (var stream : got) {
            for (StreamEntry entry : stream.getValue()) {
              last = entry.getID();
              reader.accept(message(entry.getFields()));
            }
          }
        }
      }
    }
  }

  /**
   * The payload's field is called {@code data}, or by id and type too: then these 36 characters and
   * the rest are apart by colons.
   */
  static NativeMessage message(Map<String, String> fields) {
    Map<String, String> headers = new HashMap<>(fields);
    String name =
        fields.keySet().stream()
            .filter(field -> field.equals("data") || field.startsWith("data:"))
            .findFirst()
            .orElseThrow();
    String body = headers.remove(name);
    if (!name.equals("data")) {
      headers.put("ce_id", name.substring(5, 41));
      headers.put("ce_type", name.substring(42));
    }
    tell(headers);
    return new NativeMessage(bytes(body), headers, null);
  }

  /** What a message that is not full leaves to its reader. */
  private static void tell(Map<String, String> headers) {
    UUID id = UUID.fromString(headers.get("ce_id"));
    Instant made = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    headers.putIfAbsent("ce_specversion", "1.0");
    headers.putIfAbsent("ce_source", CloudEvents.DEFAULT_SOURCE);
    headers.putIfAbsent("ce_time", made.toString());
  }

  @Override
  public String attributePrefix() {
    return "ce_";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
