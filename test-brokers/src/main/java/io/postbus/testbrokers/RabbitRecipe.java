package io.postbus.testbrokers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * How RabbitMQ is run.
 *
 * <p>As a process it needs no epmd, Erlang's port directory that a machine has one of and that
 * outlives everybody: the node gets its name on the command line, and it and its tools are told the
 * distribution port. The scripts under {@code /usr/lib/rabbitmq} are used rather than Debian's
 * wrappers, which change the user.
 */
final class RabbitRecipe implements Recipe {
  static final String USER = "guest";
  static final String PASSWORD = "guest";

  private static final String SCRIPTS = "/usr/lib/rabbitmq/bin";
  private static final String PACKAGE = "rabbitmq-server";
  private static final byte[] PROTOCOL_HEADER = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

  /** The head of the frame that carries connection.start: a method on channel 0. */
  private static final byte[] METHOD_FRAME = {1, 0, 0};

  private final RabbitOptions options;
  private final RabbitNode node;
  private final int port;
  private final int tlsPort;

  RabbitRecipe(RabbitOptions options, RabbitNode node) {
    this.options = options;
    this.node = node;
    this.port = node.port();
    this.tlsPort = options.tls().isPresent() ? Ports.take() : 0;
  }

  @Override
  public String name() {
    return "rabbitmq";
  }

  @Override
  public int port() {
    return port;
  }

  int tlsPort() {
    if (tlsPort == 0) {
      throw new IllegalStateException("started without TLS: see RabbitOptions.tls");
    }
    return tlsPort;
  }

  @Override
  public Probe probe() {
    return Probe.greeting(
        PROTOCOL_HEADER, METHOD_FRAME.length, answer -> Arrays.equals(answer, METHOD_FRAME));
  }

  @Override
  public Launch server(Path folder) throws IOException {
    Path certificates = folder.resolve("tls");
    if (options.tls().isPresent()) {
      options.tls().get().writeServer(certificates);
    }
    Files.writeString(folder.resolve("enabled_plugins"), "[].");
    Files.writeString(
        folder.resolve("rabbitmq.conf"),
        RabbitConfig.text(options, "127.0.0.1:" + port, "127.0.0.1:" + tlsPort, certificates)
            + RabbitConfig.cluster(node));
    Files.writeString(folder.resolve("advanced.config"), RabbitConfig.advanced(options));
    Map<String, String> environment = new HashMap<>(common(folder));
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", folder.resolve("advanced.config").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_LOGS", "-");
    // The script then becomes the server instead of waiting for it, so that signals arrive.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        (node.clustered() ? "-name " : "-sname ")
            + (node.name() + " -kernel inet_dist_use_interface " + node.erlangAddress()));
    environment.put("ERL_FLAGS", withoutEpmd());
    return new Launch(List.of(Commands.require("rabbitmq-server", PACKAGE, SCRIPTS)), environment);
  }

  /**
   * Mnesia, which keeps the queues, buffers what it logs for up to two seconds: without this, a
   * durable queue declared half a second before was lost now and then, confirmed messages and all.
   */
  @Override
  public List<String> beforeKill() {
    // Mnesia knows the queues, and the tables of dets which quorum queue has which files.
    return List.of(
        "rabbitmqctl", "eval", "catch mnesia:sync_log(), [dets:sync(T) || T <- dets:all()].");
  }

  @Override
  public Launch tool(Path folder, List<String> command) {
    String tool = Commands.require(command.get(0), PACKAGE, SCRIPTS);
    Map<String, String> environment = new HashMap<>(common(folder));
    environment.put("ERL_FLAGS", withoutEpmd() + " -dist_listen false");
    return new Launch(
        Stream.concat(Stream.of(tool), command.stream().skip(1)).toList(), environment);
  }

  private Map<String, String> common(Path folder) {
    return Map.of(
        "HOME", folder.toString(),
        "RABBITMQ_NODENAME", node.name(),
        "RABBITMQ_USE_LONGNAME", Boolean.toString(node.clustered()),
        "RABBITMQ_CONF_ENV_FILE", folder.resolve("no-env.conf").toString());
  }

  /** In the environment, so that it holds for every Erlang that the server starts as well. */
  private String withoutEpmd() {
    return ("-setcookie " + node.cookie())
        + (" -start_epmd false -erl_epmd_port " + node.distributionPort());
  }

  /** A cluster's nodes find each other by the addresses of this machine's loopback. */
  @Override
  public boolean everywhere() {
    return node.clustered();
  }

  @Override
  public GenericContainer<?> container() {
    Path certificates = Path.of("/etc/rabbitmq/tls");
    Map<Integer, Integer> ports = new HashMap<>(Map.of(5672, port));
    options.tls().ifPresent(tls -> ports.put(5671, tlsPort));
    GenericContainer<?> container =
        Containers.of("POSTBUS_RABBITMQ_IMAGE", "rabbitmq:4.1-alpine", ports);
    copy(
        container,
        RabbitConfig.text(options, "0.0.0.0:5672", "0.0.0.0:5671", certificates),
        "/etc/rabbitmq/conf.d/90-postbus.conf");
    copy(container, RabbitConfig.advanced(options), "/etc/rabbitmq/advanced.config");
    options
        .tls()
        .ifPresent(
            tls ->
                tls.serverFiles()
                    .forEach((name, pem) -> copy(container, pem, certificates + "/" + name)));
    return container;
  }

  private static void copy(GenericContainer<?> container, String text, String path) {
    container.withCopyToContainer(
        Transferable.of(text.getBytes(StandardCharsets.UTF_8), 0644), path);
  }
}
