package io.postbus.testbrokers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a private broker for a command: {@code RunBroker rabbitmq|kafka|redis COMMAND…}. The
 * command finds the broker's address in {@code BROKER_URI}; its exit code is ours. See {@code
 * dev/broker}.
 */
public final class RunBroker {
  private RunBroker() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    if (words.size() < 2) {
      throw usage();
    }
    List<String> command = words.subList(1, words.size());
    System.exit(
        switch (words.get(0)) {
          case "rabbitmq" -> withRabbit(command);
          case "kafka" -> withKafka(command);
          case "redis" -> withRedis(command);
          default -> throw usage();
        });
  }

  private static IllegalArgumentException usage() {
    return new IllegalArgumentException("usage: RunBroker rabbitmq|kafka|redis COMMAND…");
  }

  private static int withRabbit(List<String> command) throws IOException, InterruptedException {
    try (RabbitBroker broker = RabbitBroker.open()) {
      return run(broker.uri().toString(), command);
    }
  }

  private static int withKafka(List<String> command) throws IOException, InterruptedException {
    try (KafkaBroker broker = KafkaBroker.open()) {
      return run(broker.servers(), command);
    }
  }

  private static int withRedis(List<String> command) throws IOException, InterruptedException {
    try (RedisBroker broker = RedisBroker.open()) {
      return run(broker.uri().toString(), command);
    }
  }

  private static int run(String uri, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).inheritIO();
    builder.environment().put("BROKER_URI", uri);
    return builder.start().waitFor();
  }
}
