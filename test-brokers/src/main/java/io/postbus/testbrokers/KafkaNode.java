package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The main class of Kafka's own JVM: prepares an empty folder, then is the server. */
final class KafkaNode {
  private KafkaNode() {}

  /**
   * Runs the server until it is stopped.
   *
   * @param args the path of {@code server.properties}, that of the data, and the id of the cluster,
   *     empty for a new one
   */
  public static void main(String[] args) {
    if (Files.notExists(Path.of(args[1], "meta.properties"))) {
      String cluster = args[2].isEmpty() ? Uuid.randomUuid().toString() : args[2];
      String[] format = {"format", "-t", cluster, "-c", args[0]};
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      if (StorageTool.execute(format, new PrintStream(printed, true, UTF_8)) != 0) {
        throw new IllegalStateException(
            "cannot prepare Kafka's folder: " + printed.toString(UTF_8));
      }
    }
    Kafka.main(new String[] {args[0]});
  }
}
