package io.postbus.testbrokers;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Kafka's {@code server.properties}: a node that starts quickly and needs little. */
final class KafkaConfig {
  static final String MAIN = "MAIN";

  private KafkaConfig() {}

  /**
   * Where it listens.
   *
   * @param bound address and port, by the listener's name
   * @param told what clients of the listener are told
   */
  record Listeners(Map<String, String> bound, Map<String, String> told) {}

  static Map<String, String> of(
      KafkaOptions options, KafkaPlace place, Listeners listeners, Path data) {
    Map<String, String> all = new TreeMap<>();
    all.put("process.roles", place.controls() ? "broker,controller" : "broker");
    all.put("node.id", Integer.toString(place.node()));
    all.put("controller.quorum.voters", place.voters());
    all.put("controller.listener.names", "CONTROLLER");
    all.put("inter.broker.listener.name", MAIN);
    all.put(
        "listeners",
        list(listeners.bound()) + (place.controls() ? ",CONTROLLER://" + place.controller() : ""));
    all.put("advertised.listeners", list(listeners.told()));
    all.put(
        "listener.security.protocol.map",
        Stream.concat(listeners.bound().keySet().stream(), Stream.of("CONTROLLER"))
            .map(name -> name + ":PLAINTEXT")
            .collect(Collectors.joining(",")));
    all.put("log.dirs", data.toString());
    few(all);
    quick(all);
    all.putAll(options.settings());
    return all;
  }

  private static String list(Map<String, String> listeners) {
    return listeners.entrySet().stream()
        .map(e -> e.getKey() + "://" + e.getValue())
        .collect(Collectors.joining(","));
  }

  private static void few(Map<String, String> all) {
    all.put("num.network.threads", "1");
    all.put("num.io.threads", "4");
    all.put("num.replica.fetchers", "1");
    all.put("background.threads", "2");
    all.put("num.partitions", "3");
    all.put("default.replication.factor", "1");
    all.put("auto.create.topics.enable", "false");
    all.put("offsets.topic.num.partitions", "2");
    all.put("offsets.topic.replication.factor", "1");
    all.put("transaction.state.log.num.partitions", "1");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("share.coordinator.state.topic.num.partitions", "1");
    all.put("share.coordinator.state.topic.replication.factor", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    all.put("log.index.size.max.bytes", "65536");
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    all.put("log.cleaner.io.buffer.size", "65536");
  }

  /** Members come and go in tests, and one that was killed is to be missed soon. */
  private static void quick(Map<String, String> all) {
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("group.min.session.timeout.ms", "1000");
    all.put("group.consumer.min.session.timeout.ms", "1000");
    all.put("group.consumer.session.timeout.ms", "6000");
    all.put("group.consumer.min.heartbeat.interval.ms", "500");
    all.put("group.consumer.heartbeat.interval.ms", "500");
    // One that was killed may register again once its last session has ended.
    all.put("broker.session.timeout.ms", "1000");
    all.put("broker.heartbeat.interval.ms", "200");
    all.put("num.recovery.threads.per.data.dir", "4");
    all.put("controlled.shutdown.enable", "false");
  }
}
