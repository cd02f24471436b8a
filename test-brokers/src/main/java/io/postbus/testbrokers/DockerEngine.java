package io.postbus.testbrokers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testcontainers.DockerClientFactory;

/**
 * Whether brokers run in Docker. Asked once a JVM, and answered fast: Testcontainers' own search
 * takes long where no engine runs. {@code POSTBUS_TEST_BROKERS} set to {@code docker} or {@code
 * local} decides instead.
 */
final class DockerEngine {
  static final String CHOICE = "POSTBUS_TEST_BROKERS";
  private static final Duration PING_LIMIT = Duration.ofSeconds(2);

  private DockerEngine() {}

  static boolean chosen() {
    return Answer.CHOSEN;
  }

  /** Where the ports of brokers are: of this machine, or of the one that runs the containers. */
  static InetAddress host() {
    if (!chosen()) {
      return InetAddress.getLoopbackAddress();
    }
    return new InetSocketAddress(DockerClientFactory.instance().dockerHostIpAddress(), 0)
        .getAddress();
  }

  /** A class of its own, so that the answer is found on first use and kept. */
  private static final class Answer {
    static final boolean CHOSEN = choose(System.getenv());
  }

  static boolean choose(Map<String, String> environment) {
    String choice = environment.getOrDefault(CHOICE, "auto").toLowerCase(Locale.ROOT);
    return switch (choice) {
      case "docker" -> true;
      case "local" -> false;
      case "auto" -> candidates(environment).stream().anyMatch(DockerEngine::answers);
      default ->
          throw new IllegalArgumentException(
              CHOICE + " is '" + choice + "': it may be docker, local or auto");
    };
  }

  private static List<SocketAddress> candidates(Map<String, String> environment) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    if (!host.isEmpty()) {
      return List.of(address(URI.create(host)));
    }
    List<SocketAddress> sockets = new ArrayList<>();
    sockets.add(UnixDomainSocketAddress.of("/var/run/docker.sock"));
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isEmpty()) {
      sockets.add(UnixDomainSocketAddress.of(Path.of(runtime, "docker.sock")));
    }
    Path home = Path.of(System.getProperty("user.home"));
    sockets.add(UnixDomainSocketAddress.of(home.resolve(".docker/run/docker.sock")));
    return sockets;
  }

  private static SocketAddress address(URI host) {
    return "unix".equals(host.getScheme())
        ? UnixDomainSocketAddress.of(host.getPath())
        : new InetSocketAddress(host.getHost(), host.getPort());
  }

  /** Any HTTP answer to a ping will do: one that wants TLS is an engine too. */
  private static boolean answers(SocketAddress engine) {
    try (SocketChannel channel = open(engine);
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.write(
          ByteBuffer.wrap(
              "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
      channel.register(selector, SelectionKey.OP_READ);
      ByteBuffer answer = ByteBuffer.allocate(4);
      return selector.select(PING_LIMIT.toMillis()) > 0
          && channel.read(answer) == 4
          && new String(answer.array(), StandardCharsets.US_ASCII).equals("HTTP");
    } catch (IOException e) {
      return false;
    }
  }

  private static SocketChannel open(SocketAddress engine) throws IOException {
    if (engine instanceof InetSocketAddress) {
      SocketChannel channel = SocketChannel.open();
      channel.socket().connect(engine, (int) PING_LIMIT.toMillis());
      return channel;
    }
    return SocketChannel.open(engine);
  }
}
