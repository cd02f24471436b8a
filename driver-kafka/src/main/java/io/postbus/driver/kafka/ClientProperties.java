package io.postbus.driver.kafka;

import io.postbus.driver.kafka.KafkaSettings.Protocol;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ProducerSpec;
import io.postbus.spi.ProducerSpec.Confirm;
import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/** How Kafka's clients are configured: as we need them, and by the user's own properties. */
record ClientProperties(KafkaSettings settings, String clientId) {
  /** What our promises stand on, and what has a setting of its own. */
  private static final Set<String> OURS =
      Set.of(
          "acks",
          "allow.auto.create.topics",
          "auto.offset.reset",
          "batch.size",
          "bootstrap.servers",
          "buffer.memory",
          "client.id",
          "delivery.timeout.ms",
          "enable.auto.commit",
          "enable.idempotence",
          "group.id",
          "group.instance.id",
          "group.protocol",
          "group.remote.assignor",
          "heartbeat.interval.ms",
          "key.deserializer",
          "key.serializer",
          "linger.ms",
          "max.block.ms",
          "partition.assignment.strategy",
          "request.timeout.ms",
          "session.timeout.ms",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  private static final int FETCH_BYTES = 16 << 20;

  /** Reads the properties; notes each that Kafka's clients do not know or would refuse. */
  static Map<String, Secret> read(Settings s) {
    Map<String, Secret> all = new LinkedHashMap<>();
    for (String key : s.keys()) {
      s.secret(key).ifPresent(value -> all.put(key, value));
      if (OURS.contains(key)) {
        s.problem(key, "is not yours to set: this driver needs its own, or has a setting for it");
      } else if (!known(AdminClientConfig.configDef(), key)
          && !known(ProducerConfig.configDef(), key)
          && !known(ConsumerConfig.configDef(), key)) {
        s.problem(key, "is not a property of Kafka's clients");
      }
    }
    Map<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, Secret> e : all.entrySet()) {
      try {
        texts.put(e.getKey(), e.getValue().reveal());
      } catch (ConfigurationException unreadable) {
        s.problems(unreadable.problems());
      }
    }
    refused(texts)
        // Without its value, which may be a secret.
        .forEach(key -> s.problem(key, "has a value that Kafka's clients refuse"));
    return all;
  }

  private static Set<String> refused(Map<String, String> texts) {
    Set<String> refused = new TreeSet<>();
    for (ConfigDef def :
        List.of(
            AdminClientConfig.configDef(),
            ProducerConfig.configDef(),
            ConsumerConfig.configDef())) {
      for (ConfigValue value : def.validate(texts)) {
        if (texts.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
          refused.add(value.name());
        }
      }
    }
    return refused;
  }

  private static boolean known(ConfigDef def, String key) {
    return def.names().contains(key);
  }

  Map<String, Object> admin(Duration callTimeout) {
    Map<String, Object> all = common(AdminClientConfig.configDef());
    all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
    long limit = Math.max(1, callTimeout.toMillis());
    all.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(limit));
    long request = Math.min(limit, settings.requestTimeout().toMillis());
    all.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(request));
    return all;
  }

  Map<String, Object> producer(ProducerSpec spec) {
    Map<String, Object> all = common(ProducerConfig.configDef());
    boolean confirmed = spec.confirm() == Confirm.CONFIRMED;
    long timeout = Math.max(10, Math.min(Integer.MAX_VALUE / 2, spec.timeout().toMillis()));
    long linger = Math.min(timeout / 10, settings.linger().toMillis());
    long request = Math.min(timeout * 8 / 10, settings.requestTimeout().toMillis());
    all.put(ProducerConfig.ACKS_CONFIG, confirmed ? "all" : "1");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, Boolean.toString(confirmed));
    if (!confirmed) {
      // Without idempotence a batch that is sent again may overtake the next.
      all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    }
    all.put(ProducerConfig.LINGER_MS_CONFIG, Long.toString(linger));
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(request));
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Long.toString(timeout));
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(timeout));
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(settings.batchSize()));
    all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(settings.buffer()));
    return all;
  }

  /** Of a member of the group. */
  Map<String, Object> member(String group, ByNumber.Busy busy) {
    Map<String, Object> all = reader();
    all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    if (settings.protocol() == Protocol.CONSUMER) {
      all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
      // Alone of the broker's it gives a member the same numbers of all topics.
      all.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
    } else {
      all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
      all.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(ByNumber.Assignor.class));
      all.put(ByNumber.BUSY, busy);
      all.put(
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          Long.toString(settings.sessionTimeout().toMillis()));
      all.put(
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          Long.toString(settings.heartbeat().toMillis()));
    }
    return all;
  }

  /** Of one who reads without a group. */
  Map<String, Object> reader() {
    Map<String, Object> all = common(ConsumerConfig.configDef());
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    all.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1000");
    all.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(FETCH_BYTES));
    String request = Long.toString(Math.max(1_000, settings.requestTimeout().toMillis()));
    all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, request);
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, request);
    return all;
  }

  private Map<String, Object> common(ConfigDef def) {
    Map<String, Object> all = new HashMap<>();
    all.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, "200");
    all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "5000");
    settings
        .properties()
        .forEach(
            (key, value) -> {
              if (known(def, key)) {
                all.put(key, value.reveal());
              }
            });
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, String.join(",", settings.servers()));
    all.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    return all;
  }
}
