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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker ends with the JVM that started it, however that ends. */
class OrphanIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Starts a broker, says what there is, and does as told with it. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      Broker broker =
          switch (args[0]) {
            case "rabbitmq" -> RabbitBroker.shared();
            case "redis" -> RedisBroker.shared();
            case "mariadb" -> MariaDbBroker.shared();
            default -> PostgresBroker.shared();
          };
      if (args[1].equals("pause")) {
        broker.pause();
      }
      PortsTest.tell(
          String.join(
              "\n",
              Integer.toString(broker.endpoint().getPort()),
              words(ProcessHandle.current().descendants().map(ProcessHandle::pid)),
              words(ProcessHandle.current().children().map(Child::folder)),
              ""));
      if (!args[1].equals("exit")) {
        int end = System.in.read();
        throw new IllegalStateException("not killed, but told " + end);
      }
    }

    private static Path folder(ProcessHandle guard) {
      try {
        return Files.readSymbolicLink(Path.of("/proc", Long.toString(guard.pid()), "cwd"));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String words(Stream<?> things) {
      return String.join(" ", things.map(Object::toString).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rabbitmq", "redis", "mariadb", "postgres"})
  void aKilledJvmLeavesNothingBehind(String broker) throws Exception {
    kill(child(broker, "run"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rabbitmq", "redis", "mariadb", "postgres"})
  void evenIfTheBrokerIsPaused(String broker) throws Exception {
    kill(child(broker, "pause"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rabbitmq", "redis", "mariadb", "postgres"})
  void anEndedJvmLeavesNothingBehind(String broker) throws Exception {
    Process jvm = child(broker, "exit");
    Remains remains = Remains.read(jvm.inputReader(UTF_8));
    assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
    remains.assertGone();
  }

  private static void kill(Process jvm) throws IOException {
    BufferedReader out = jvm.inputReader(UTF_8);
    Remains remains = Remains.read(out);
    // Not all: a server ends some of its own as it likes.
    assertThat(remains.processes).anyMatch(Remains::isAlive);
    assertThat(remains.folders).allMatch(Files::exists);
    jvm.destroyForcibly();
    remains.assertGone();
  }

  private static Process child(String broker, String state) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(java, "-cp", classPath, Child.class.getName(), broker, state)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** What there is besides the JVM. In Docker there is nothing of ours but a port. */
  private record Remains(int port, List<Long> processes, List<Path> folders) {
    static Remains read(BufferedReader out) throws IOException {
      int port = Integer.parseInt(out.readLine());
      // Their numbers: where the JVM ends by itself they may be gone before anybody looks.
      List<Long> processes = words(out).map(Long::valueOf).toList();
      List<Path> folders = words(out).map(Path::of).toList();
      assertThat(processes.isEmpty()).isEqualTo(DockerEngine.chosen());
      assertThat(folders).hasSize(DockerEngine.chosen() ? 0 : 1);
      return new Remains(port, processes, folders);
    }

    private static Stream<String> words(BufferedReader out) throws IOException {
      return Stream.of(out.readLine().split(" ")).filter(word -> !word.isEmpty());
    }

    void assertGone() {
      Eventually.within(
          LIMIT,
          "its processes end: " + processes,
          () -> processes.stream().noneMatch(Remains::isAlive));
      Eventually.within(LIMIT, "nobody listens on " + port, () -> !listening());
      Eventually.within(
          LIMIT, folders + " are removed", () -> folders.stream().allMatch(Files::notExists));
    }

    static boolean isAlive(long pid) {
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
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
