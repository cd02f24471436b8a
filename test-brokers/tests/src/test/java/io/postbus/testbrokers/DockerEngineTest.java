package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {
  private static final byte[] OK = "HTTP/1.0 200 OK\r\n\r\nOK".getBytes(US_ASCII);

  @Test
  void anEngineThatAnswersIsChosen(@TempDir Path folder) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("docker.sock"));
    try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      engine.bind(address);
      EchoServer.daemon(
          () -> {
            try (SocketChannel client = engine.accept()) {
              client.read(ByteBuffer.allocate(1024));
              return client.write(ByteBuffer.wrap(OK));
            }
          });
      assertThat(DockerEngine.choose(Map.of("DOCKER_HOST", "unix://" + address))).isTrue();
    }
  }

  @Test
  void anEngineOnTheNetworkIsChosen() throws IOException {
    try (ServerSocket engine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EchoServer.daemon(
          () -> {
            try (Socket client = engine.accept()) {
              int read = client.getInputStream().read(new byte[1024]);
              client.getOutputStream().write(OK);
              return read;
            }
          });
      String host = "tcp://127.0.0.1:" + engine.getLocalPort();
      assertThat(DockerEngine.choose(Map.of("DOCKER_HOST", host))).isTrue();
    }
  }

  @Test
  void oneThatHangsIsGivenUpWithinSeconds() throws IOException {
    try (ServerSocket engine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      long begin = System.nanoTime();
      String host = "tcp://127.0.0.1:" + engine.getLocalPort();
      assertThat(DockerEngine.choose(Map.of("DOCKER_HOST", host))).isFalse();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void withoutASocketThereIsNone(@TempDir Path folder) {
    String host = "unix://" + folder.resolve("docker.sock");
    assertThat(DockerEngine.choose(Map.of("DOCKER_HOST", host))).isFalse();
  }

  @Test
  void theEnvironmentMayDecide() {
    assertThat(DockerEngine.choose(Map.of(DockerEngine.CHOICE, "docker"))).isTrue();
    assertThat(DockerEngine.choose(Map.of(DockerEngine.CHOICE, "local"))).isFalse();
    assertThatThrownBy(() -> DockerEngine.choose(Map.of(DockerEngine.CHOICE, "podman")))
        .hasMessageContaining("docker, local or auto");
  }
}
