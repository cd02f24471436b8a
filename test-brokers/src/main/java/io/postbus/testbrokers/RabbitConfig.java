package io.postbus.testbrokers;

import java.nio.file.Path;
import java.time.Duration;

/** RabbitMQ's configuration files for our options. */
final class RabbitConfig {
  /** How often a channel looks for overdue acknowledgements; a minute unless told. */
  private static final Duration TICK = Duration.ofMillis(500);

  private RabbitConfig() {}

  static String text(RabbitOptions options, String listener, String tlsListener, Path tls) {
    StringBuilder text = new StringBuilder();
    text.append("listeners.tcp.1 = ").append(listener).append('\n');
    text.append("loopback_users = none\n");
    options
        .ackTimeout()
        .ifPresent(
            limit -> text.append("consumer_timeout = ").append(limit.toMillis()).append('\n'));
    if (options.tls().isPresent()) {
      text.append("listeners.ssl.1 = ").append(tlsListener).append('\n');
      text.append("ssl_options.cacertfile = ").append(tls.resolve("ca.pem")).append('\n');
      text.append("ssl_options.certfile = ").append(tls.resolve("server.pem")).append('\n');
      text.append("ssl_options.keyfile = ").append(tls.resolve("server-key.pem")).append('\n');
      text.append("ssl_options.verify = verify_peer\n");
      text.append("ssl_options.fail_if_no_peer_cert = false\n");
    }
    options.settings().forEach((key, value) -> text.append(key + " = " + value + "\n"));
    return text.toString();
  }

  /** How the nodes of a cluster find each other; nothing for a node alone. */
  static String cluster(RabbitNode node) {
    StringBuilder text = new StringBuilder();
    if (node.clustered()) {
      text.append("cluster_formation.peer_discovery_backend = classic_config\n");
      text.append("cluster_formation.randomized_startup_delay_range.min = 0\n");
      text.append("cluster_formation.randomized_startup_delay_range.max = 1\n");
    }
    for (int i = 0; i < node.peers().size(); i++) {
      String key = "cluster_formation.classic_config.nodes." + (i + 1);
      text.append(key + " = " + node.peers().get(i) + "\n");
    }
    return text.toString();
  }

  /** What cannot be said in {@code rabbitmq.conf}, in Erlang's terms. */
  static String advanced(RabbitOptions options) {
    return options
        .ackTimeout()
        .map(limit -> "[{rabbit, [{channel_tick_interval, " + TICK.toMillis() + "}]}].\n")
        .orElse("[].\n");
  }
}
