package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Way;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A JVM of its own that publishes and consumes, and tells what is left in its heap on the way. */
public final class MemoryRun {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final int LOOKS = 4;

  static final String HEAP = "heap";
  static final String RESIDENT = "resident";

  /** Who may run. */
  enum Who {
    MEMORY("postbus", "postbus", at -> PostbusClient.memory()),
    AMQP_CLIENT("amqp-client", "amqp-client", at -> new RawRabbit(at, false)),
    RABBIT("postbus", "amqp-client", at -> PostbusClient.rabbit(at, "compact")),
    SPRING_AMQP("spring-amqp, tuned", "amqp-client", at -> new SpringRabbit(at, true)),
    KAFKA_CLIENTS("kafka-clients", "kafka-clients", RawKafka::new),
    KAFKA("postbus", "kafka-clients", at -> PostbusClient.kafka(at, "compact")),
    JEDIS("jedis", "jedis", at -> new RawRedis(URI.create(at), false)),
    REDIS("postbus", "jedis", at -> PostbusClient.redis(at, "compact"));

    private final String title;
    private final String baseline;

    @SuppressWarnings("ImmutableEnumChecker") // Each makes a client and keeps nothing.
    private final Opening opening;

    Who(String title, String baseline, Opening opening) {
      this.title = title;
      this.baseline = baseline;
      this.opening = opening;
    }

    String title() {
      return title;
    }

    String baseline() {
      return baseline;
    }

    /** Opens a client at an address. */
    private interface Opening {
      Client at(String address) throws Exception;
    }
  }

  private MemoryRun() {}

  public static void main(String[] args) throws Exception {
    Who who = Who.valueOf(args[0]);
    int messages = Integer.parseInt(args[2]);
    try (Client client = who.opening.at(args[1])) {
      String topic = "memory-" + who;
      client.declare(topic, List.of(topic), false);
      int part = messages / LOOKS;
      for (int look = 1; look <= LOOKS; look++) {
        run(client, topic, look, part);
        tell(HEAP, heap());
      }
      tell(RESIDENT, resident());
    }
    System.exit(0);
  }

  private static void run(Client client, String topic, int run, int messages) throws Exception {
    Tally tally = new Tally(run, messages, 0);
    try (AutoCloseable receiving = client.receive(topic, topic, Way.CONFIRMED, false, tally)) {
      client.publish(
          Way.CONFIRMED,
          to -> {
            for (int n = 0; n < messages; n++) {
              to.send(topic, null, Payload.of(run, n, 200));
            }
          });
      tally.await(LIMIT);
    }
    tally.check();
  }

  private static void tell(String name, double megabytes) {
    System.out.println(name + "|" + megabytes);
  }

  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }

  /** As Linux counts it; 0 elsewhere. */
  private static double resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1e3)
        .findFirst()
        .orElse(0);
  }
}
