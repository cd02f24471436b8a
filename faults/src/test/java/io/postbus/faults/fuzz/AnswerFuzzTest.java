package io.postbus.faults.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.Bus;
import io.postbus.Filter;
import io.postbus.Health.ConsumerHealth.State;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.bus.BusSetup;
import io.postbus.tck.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs and servers that answer garbage: each message is tried as its schedule says and ends as
 * a dead letter, and the consumer goes on.
 */
@Timeout(120)
class AnswerFuzzTest {
  private static final int MESSAGES = 40;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Answers that the client did not want to the end. */
  private final AtomicInteger cutOff = new AtomicInteger();

  @TempDir private Path folder;

  @Test
  void aProgramThatAnswersGarbageHarmsItsMessagesOnly() throws IOException {
    Path answers = folder.resolve("answers");
    Files.write(answers, garbage(new Random(1), 1 << 20));
    // What it says lasts for some messages; then it ends, and is started anew.
    String script = "while read -r line; do dd if=" + answers + " bs=777 count=1 2>/dev/null; done";

    endsDead("modules.odd.exec", List.of("/bin/sh", "-c", script));
  }

  @Test
  void aProgramThatDiesAtOnceHarmsItsMessagesOnly() {
    endsDead("modules.odd.exec", List.of("/bin/sh", "-c", "exit 3"));
  }

  @Test
  void aServerThatAnswersGarbageHarmsItsMessagesOnly() throws IOException {
    Random random = new Random(2);
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> answer(server, random), "garbage");
      answering.setDaemon(true);
      answering.start();

      endsDead("modules.odd.http", "http://127.0.0.1:" + server.getLocalPort() + "/");
    }
  }

  private static void endsDead(String key, Object value) {
    String name = MessageId.next();
    BusSetup setup =
        new BusSetup()
            .isolated()
            .set("driver", "memory")
            .set("drivers.memory.name", name)
            .set("store.type", "memory")
            .set("store.name", name)
            .set(key, value)
            .set("modules.odd.consumers.all.topics", List.of("odd"))
            .set("modules.odd.consumers.all.timeout", "2s")
            .set("modules.odd.consumers.all.circuit.failures", 0)
            .set("modules.odd.consumers.all.retry.in-place", List.of("0s"))
            .set("modules.odd.consumers.all.retry.delayed", List.of("10ms"));
    try (Bus bus = setup.open()) {
      bus.modules().start(List.of("odd"));
      for (int i = 0; i < MESSAGES; i++) {
        bus.publish(Message.of("odd", "event", "{\"n\":" + i + "}"));
      }
      Eventually.within(LIMIT)
          .until(
              "every message is dead",
              () -> bus.deadLetters("odd.all").count(Filter.all()) == MESSAGES);
      assertThat(bus.deadLetters("odd.all").list(Filter.all(), null, MESSAGES).items())
          .allSatisfy(letter -> assertThat(letter.attempts()).isEqualTo(3))
          .allSatisfy(letter -> assertThat(letter.failure().message()).isNotBlank());
      assertThat(bus.health().consumers()).extracting(c -> c.state()).containsOnly(State.RUNNING);
    }
  }

  private void answer(ServerSocket server, Random random) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept();
          OutputStream out = socket.getOutputStream()) {
        out.write(start(random).getBytes(StandardCharsets.ISO_8859_1));
        out.write(garbage(random, 1 + random.nextInt(5_000)));
      } catch (IOException enough) {
        cutOff.incrementAndGet();
      }
    }
  }

  /** Nothing that means that a message is handled, or dead at once. */
  private static String start(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "HTTP/1.1 200 OK\r\nContent-Length: x\r\n";
      case 1 -> "HTTP/1.1 999 Odd\r\n\r\n";
      case 2 -> "HTTP/1.1 500 \r\nContent-Length: 99999999\r\n\r\n";
      case 3 -> "HTTP/9.9 500 no\r\n\r\n";
      default -> "";
    };
  }

  private static byte[] garbage(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
