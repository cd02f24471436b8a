package io.postbus.testbrokers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a private broker for a command: {@code RunBroker rabbitmq COMMAND…}. The command finds the
 * broker's address in {@code BROKER_URI}; its exit code is ours. See {@code dev/broker}.
 */
public final class RunBroker {
  private RunBroker() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> words = List.of(args);
    if (words.size() < 2 || !words.get(0).equals("rabbitmq")) {
      throw new IllegalArgumentException("usage: RunBroker rabbitmq COMMAND…");
    }
    int code;
    try (RabbitBroker broker = RabbitBroker.open()) {
      code = run(broker.uri().toString(), words.subList(1, words.size()));
    }
    System.exit(code);
  }

  private static int run(String uri, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).inheritIO();
    builder.environment().put("BROKER_URI", uri);
    return builder.start().waitFor();
  }
}
