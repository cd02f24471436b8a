package io.postbus.faults.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.postbus.runtime.bus.BusSetup;
import io.postbus.spi.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that somebody has spoilt is understood or refused with a reason, never anything else. */
class ConfigFuzzTest {
  private static final int FILES = 1_500;

  private static final String GOOD =
      """
      driver: rabbitmq
      namespace: "test."
      drivers:
        rabbitmq: { uris: ["${RABBITMQ_URI:amqp://guest:guest@localhost:5672/}"], queue-type: quorum, prefetch: auto }
        near: { type: memory, capacity: 1000 }
      store: { type: jdbc, url: "jdbc:mariadb://localhost:3306/postbus", username: bus, password: "${SECRET:x}", pool: { max: 8 } }
      delays: { fire: true, shards: 16 }
      locks: { ttl: 30s }
      topics:
        live.income: { partitions: 12, unroutable: drop, ack-within: 10s }
      foreign: { old: { type: "field:event", time: "json:a.b", data: fields } }
      admin: { listen: "127.0.0.1:0" }
      shutdown: { grace: 25s }
      defaults:
        concurrency: 8
        retry: { in-place: [0s, 100ms], delayed: [10s, 2m], jitter: 0.1 }
      modules:
        check:
          exec: ["./check.py"]
          processes: 2
          settings: { a: [1, 2, { b: null }] }
          consumers:
            ruby: { topics: [live.income], events: [Income*], order: key, rate-limit: 500/s, idempotent: 7d }
      """;

  private static final String[] ODD = {
    "",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "&a ",
    "*a ",
    "<<: *a",
    "!!java.net.URL ",
    "| ",
    "${",
    "${X",
    "${file:/none}",
    "$$",
    "\t",
    "\u0000",
    "\uFFFD",
    "\uD83D\uDE00",
    "\n\n",
    "...",
    "---\n",
    "99999999999999999999",
    "-1",
    "1e999",
    "NaN",
    "null",
    "~",
    "true",
    "0x1F",
    "P1Y",
    "-5s",
    "1h1h",
    "%TAG",
    "? ",
    "# ",
    "a: a: a",
    "amqp://",
    "jdbc:",
    "jdbc:h2:mem:",
    "\u2028",
    "@",
    "`"
  };

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isUnderstoodOrRefusedWithAReason(long seed) throws IOException {
    Random random = new Random(seed);
    Path file = folder.resolve("postbus.yaml");
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] spoilt = spoilt(random);
      Files.write(file, spoilt);
      refused += refused(file, spoilt, seed) ? 1 : 0;
    }
    assertThat(refused).isBetween(FILES / 4, FILES);
  }

  private static boolean refused(Path file, byte[] text, long seed) {
    try {
      new BusSetup().file(file).isolated().check();
      return false;
    } catch (ConfigurationException e) {
      assertThat(e.getMessage()).isNotBlank();
      return true;
    } catch (RuntimeException | StackOverflowError e) {
      return fail("seed " + seed + ":\n" + new String(text, StandardCharsets.UTF_8), e);
    }
  }

  private static byte[] spoilt(Random random) {
    StringBuilder text = new StringBuilder(GOOD);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, ODD[random.nextInt(ODD.length)]);
        case 2 -> text.replace(at, end, ODD[random.nextInt(ODD.length)]);
        default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(5) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
