package io.postbus.cli.delivery;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A process of the chaos test: {@code publish|consume|fire NAME}, in a folder with a {@code
 * postbus.yaml}. It ends in order when its input does.
 */
final class Node {
  static final String TOPIC = "orders";
  static final List<String> GROUPS = List.of("mail", "bills");

  /** A message of this type fails at its first attempt. */
  static final String FAILING = "FailsOnce";

  private Node() {}

  public static void main(String[] args) throws IOException {
    String role = args[0];
    Path folder = Path.of("").toAbsolutePath();
    try (Journal journal = new Journal(folder, args[1]);
        Bus bus = bus(folder, role.equals("fire"))) {
      switch (role) {
        case "publish" -> new Publishing(bus, journal).runUntilEndOfInput();
        case "consume" -> {
          consume(bus, journal);
          awaitEndOfInput();
        }
        default -> awaitEndOfInput();
      }
    }
  }

  static Subscription subscription(String group) {
    return Subscription.group(group)
        .topics(TOPIC)
        .concurrency(4)
        .retry(RetrySchedule.delayed(Duration.ofMillis(300)));
  }

  static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Nobody writes: the pipe ends when the test asks for it, or is no more.
    }
  }

  private static Bus bus(Path folder, boolean fires) {
    return Bus.builder().file(folder.resolve("postbus.yaml")).set("delays.fire", fires).open();
  }

  private static void consume(Bus bus, Journal journal) {
    for (String group : GROUPS) {
      var unused = bus.subscribe(subscription(group), delivery -> handle(journal, group, delivery));
    }
  }

  private static void handle(Journal journal, String group, Delivery delivery) {
    String id = delivery.message().id();
    if (delivery.attempt() == 1 && delivery.message().type().equals(FAILING)) {
      journal.write("failed", id, Instant.now(), group);
      throw new IllegalStateException("the first attempt of " + id);
    }
    journal.write("handled", id, Instant.now(), group);
  }
}
