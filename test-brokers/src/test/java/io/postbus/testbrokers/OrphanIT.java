package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker ends with the JVM that started it, however that ends. */
class OrphanIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Starts a broker, says what there is, and does as told with it. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      RabbitBroker broker = RabbitBroker.shared();
      if (args[0].equals("pause")) {
        broker.pause();
      }
      PortsTest.tell(broker.endpoint().getPort() + "\n" + String.join(" ", processes()) + "\n");
      if (!args[0].equals("exit")) {
        int end = System.in.read();
        throw new IllegalStateException("not killed, but told " + end);
      }
    }

    private static List<String> processes() {
      return ProcessHandle.current().descendants().map(p -> Long.toString(p.pid())).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "pause"})
  void aKilledJvmLeavesNothingBehind(String state) throws Exception {
    Process jvm = child(state);
    BufferedReader out = jvm.inputReader(UTF_8);
    Remains remains = Remains.read(out);
    assertThat(remains.processes).allMatch(ProcessHandle::isAlive);
    jvm.destroyForcibly();
    remains.assertGone();
  }

  @Test
  void anEndedJvmLeavesNothingBehind() throws Exception {
    Process jvm = child("exit");
    Remains remains = Remains.read(jvm.inputReader(UTF_8));
    assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
    remains.assertGone();
  }

  private static Process child(String state) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classPath, Child.class.getName(), state)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** What there is besides the JVM. */
  private record Remains(int port, List<ProcessHandle> processes, List<Path> folders) {
    static Remains read(BufferedReader out) throws IOException {
      int port = Integer.parseInt(out.readLine());
      List<ProcessHandle> processes =
          List.of(out.readLine().split(" ")).stream()
              .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
              .toList();
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      try (var all = Files.newDirectoryStream(temporary, "postbus-rabbitmq-*")) {
        List<Path> folders = new ArrayList<>();
        for (Path folder : all) {
          if (Files.readString(folder.resolve("rabbitmq.conf")).contains(":" + port + "\n")) {
            folders.add(folder);
          }
        }
        assertThat(folders).hasSize(DockerEngine.chosen() ? 0 : 1);
        assertThat(processes.isEmpty()).isEqualTo(DockerEngine.chosen());
        return new Remains(port, processes, folders);
      }
    }

    void assertGone() {
      Eventually.within(
          LIMIT,
          "its processes end: " + processes,
          () -> processes.stream().noneMatch(ProcessHandle::isAlive));
      Eventually.within(LIMIT, "nobody listens on " + port, () -> !listening());
      Eventually.within(
          LIMIT, folders + " are removed", () -> folders.stream().allMatch(Files::notExists));
    }

    private boolean listening() {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        return false;
      }
    }
  }
}
