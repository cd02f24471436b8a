package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PortsTest {
  private static final int MANY = 500;

  /** Prints that many ports and holds them until its input ends. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      StringBuilder ports = new StringBuilder();
      for (int i = 0; i < MANY; i++) {
        ports.append(Ports.take()).append(' ');
      }
      tell(ports.append('\n').toString());
      System.exit(System.in.read());
    }
  }

  /** To the parent, which reads our output. */
  static void tell(String text) throws IOException {
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write(text.getBytes(UTF_8));
    }
  }

  @Test
  void noPortIsTakenTwiceByTheJvmsOfAMachine() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process other =
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), Child.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Set<String> seen = new HashSet<>(List.of(other.inputReader().readLine().split(" ")));
      assertThat(seen).hasSize(MANY);
      for (int i = 0; i < MANY; i++) {
        int port = Ports.take();
        assertThat(seen.add(Integer.toString(port))).isTrue();
        assertThat(port).isBetween(1024, 32767);
      }
      seen.forEach(port -> Ports.giveBack(Integer.parseInt(port)));
    } finally {
      other.getOutputStream().close();
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
