package io.postbus.testbrokers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * A private Redis without password, which writes every change to its append-only file and syncs
 * that once a second: {@link #kill()} loses nothing, a loss of power would.
 */
public final class RedisBroker extends Broker {
  private static final Shared<RedisBroker> SHARED = new Shared<>(RedisBroker::open);

  private final RedisRecipe recipe;

  private RedisBroker(RedisRecipe recipe) {
    super(recipe);
    this.recipe = recipe;
  }

  /** Starts one with default options. */
  public static RedisBroker open() {
    return open(RedisOptions.defaults());
  }

  /** Starts one. */
  public static RedisBroker open(RedisOptions options) {
    return started(new RedisBroker(new RedisRecipe(options)));
  }

  /**
   * The one that all tests of this JVM share, running. Closing it does nothing: the end of the JVM
   * does. Tests that stop, pause or flush a broker start their own.
   */
  public static RedisBroker shared() {
    return SHARED.get();
  }

  /** {@code redis://}, for database 0. */
  public URI uri() {
    return uri("redis", endpoint());
  }

  /** The same through something that forwards to this broker, as a {@link TcpProxy} does. */
  public URI uri(InetSocketAddress by) {
    return uri("redis", by);
  }

  /** {@code rediss://}; only if it was started with {@link RedisOptions#tls}. */
  public URI tlsUri() {
    return uri("rediss", endpoint(recipe.tlsPort()));
  }

  /** Runs {@code redis-cli} against this broker and returns what it printed. */
  public String redisCli(String... arguments) {
    return tool(Stream.concat(Stream.of("redis-cli"), Stream.of(arguments)).toArray(String[]::new));
  }

  private static URI uri(String scheme, InetSocketAddress by) {
    return URI.create(scheme + "://" + by.getAddress().getHostAddress() + ":" + by.getPort());
  }

  /** How Redis is run. */
  private static final class RedisRecipe implements Recipe {
    private static final String PACKAGE = "redis-server";
    private static final int CONTAINER_PORT = 6379;
    private static final int CONTAINER_TLS_PORT = 6380;

    private final RedisOptions options;
    private final int port = Ports.take();
    private final int tlsPort;
    private final int busPort;

    RedisRecipe(RedisOptions options) {
      this.options = options;
      this.tlsPort = options.tls().isPresent() ? Ports.take() : 0;
      this.busPort = isCluster() ? Ports.take() : 0;
    }

    private boolean isCluster() {
      return options.settings().getOrDefault("cluster-enabled", "no").equals("yes");
    }

    @Override
    public String name() {
      return "redis";
    }

    @Override
    public int port() {
      return port;
    }

    int tlsPort() {
      if (tlsPort == 0) {
        throw new IllegalStateException("started without TLS: see RedisOptions.tls");
      }
      return tlsPort;
    }

    /** While it loads its data, it says so instead. */
    @Override
    public Probe probe() {
      byte[] ping = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
      return Probe.greeting(ping, 5, answer -> answer[0] == '+');
    }

    @Override
    public Launch server(Path folder) throws IOException {
      Path data = Files.createDirectories(folder.resolve("data"));
      Path certificates = folder.resolve("tls");
      options.tls().ifPresent(tls -> tls.writeServer(certificates));
      List<String> command = new ArrayList<>();
      command.add(program("redis-server", PACKAGE));
      if (options.watched().isPresent()) {
        command.addAll(List.of(sentinel(folder, options.watched().get()), "--sentinel"));
        return new Launch(command, Map.of());
      }
      command.addAll(List.of("--bind", "127.0.0.1", "--dir", data.toString()));
      command.addAll(settings(port, tlsPort, certificates));
      return new Launch(command, Map.of());
    }

    /** A Sentinel writes what it learns into its file. */
    private String sentinel(Path folder, RedisOptions.Watched master) throws IOException {
      Path data = Files.createDirectories(folder.resolve("data"));
      Path file = data.resolve("sentinel.conf");
      if (!Files.exists(file)) {
        Files.writeString(
            file,
            """
            port %d
            bind 127.0.0.1
            dir %s
            sentinel monitor mymaster %s %d 1
            sentinel down-after-milliseconds mymaster %d
            sentinel failover-timeout mymaster 5000
            """
                .formatted(
                    port,
                    data,
                    master.server().getHost(),
                    master.server().getPort(),
                    master.missed().toMillis()));
      }
      return file.toString();
    }

    /** Valkey's, of the same use, where Redis is not installed. */
    private static String program(String name, String debianPackage) {
      return Commands.find(name)
          .or(() -> Commands.find(name.replace("redis-", "valkey-")))
          .map(Path::toString)
          .orElseGet(() -> Commands.require(name, debianPackage));
    }

    @Override
    public Launch tool(Path folder, List<String> command) {
      List<String> line = new ArrayList<>();
      line.add(program(command.get(0), "redis-tools"));
      line.addAll(List.of("-p", Integer.toString(port)));
      line.addAll(command.subList(1, command.size()));
      return new Launch(line, Map.of());
    }

    @Override
    public GenericContainer<?> container() {
      Path certificates = Path.of("/etc/redis-tls");
      Map<Integer, Integer> ports = new HashMap<>(Map.of(CONTAINER_PORT, port));
      options.tls().ifPresent(tls -> ports.put(CONTAINER_TLS_PORT, tlsPort));
      GenericContainer<?> container = Containers.of("POSTBUS_REDIS_IMAGE", "redis:7-alpine", ports);
      options
          .tls()
          .ifPresent(
              tls ->
                  tls.serverFiles()
                      .forEach(
                          (name, pem) ->
                              container.withCopyToContainer(
                                  Transferable.of(pem), certificates + "/" + name)));
      List<String> command = new ArrayList<>(List.of("redis-server"));
      command.addAll(settings(CONTAINER_PORT, CONTAINER_TLS_PORT, certificates));
      container.setCommand(command.toArray(String[]::new));
      return container;
    }

    private List<String> settings(int plain, int secure, Path tls) {
      Map<String, String> settings = new HashMap<>();
      settings.put("port", Integer.toString(plain));
      settings.put("protected-mode", "no");
      settings.put("appendonly", "yes");
      settings.put("save", "");
      if (options.tls().isPresent()) {
        settings.put("tls-port", Integer.toString(secure));
        settings.put("tls-ca-cert-file", tls.resolve("ca.pem").toString());
        settings.put("tls-cert-file", tls.resolve("server.pem").toString());
        settings.put("tls-key-file", tls.resolve("server-key.pem").toString());
        settings.put("tls-auth-clients", "optional");
      }
      settings.putAll(options.settings());
      if (isCluster()) {
        // By itself it is 10,000 above the port, which others may have.
        settings.put("cluster-port", Integer.toString(busPort));
      }
      List<String> arguments = new ArrayList<>();
      settings.forEach((key, value) -> arguments.addAll(List.of("--" + key, value)));
      return arguments;
    }
  }
}
