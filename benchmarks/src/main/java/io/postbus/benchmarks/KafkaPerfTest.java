package io.postbus.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.tools.ProducerPerformance;

/**
 * Kafka's own {@code kafka-producer-perf-test}, with {@code acks=all} and otherwise its defaults.
 * It makes its payloads and its producer itself, so it takes part where nothing but publishing is
 * measured; a tenth as many records more warm its producer up and do not count.
 */
final class KafkaPerfTest implements Client {
  private static final Pattern RESULT =
      Pattern.compile("steady state records sent, ([0-9.]+) records/sec");

  private final String servers;

  KafkaPerfTest(String servers) {
    this.servers = servers;
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) throws Exception {
    RawKafka.createTopic(servers, topic);
  }

  /** Publishes so many; returns how many it says it did in a second. */
  double rate(String topic, int messages, int size) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(said, true, UTF_8));
    try {
      ProducerPerformance.main(
          new String[] {
            "--topic",
            topic,
            "--num-records",
            "" + (messages + messages / 10),
            "--warmup-records",
            "" + messages / 10,
            "--record-size",
            "" + size,
            "--throughput",
            "-1",
            "--bootstrap-server",
            servers,
            "--command-property",
            "acks=all"
          });
    } finally {
      System.setOut(out);
    }
    Matcher result = RESULT.matcher(said.toString(UTF_8));
    if (!result.find()) {
      throw new IllegalStateException("kafka-producer-perf-test says no rate: " + said);
    }
    return Double.parseDouble(result.group(1));
  }

  @Override
  public void publish(Way way, Publication what) {
    throw new UnsupportedOperationException("It publishes what it makes itself");
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    throw new UnsupportedOperationException("It only publishes");
  }

  @Override
  public void close() {}
}
