package io.postbus.cli.drivers;

import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Filter;
import io.postbus.Publish;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Order;
import io.postbus.tck.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A small shop: what it sells is counted by the books, watched for risk in the order of each
 * customer, and mailed by a server that is down for one letter. What happens, and how often, does
 * not depend on the broker.
 */
final class Scenario {
  static final int ORDERS = 60;
  static final Duration LATER = Duration.ofMillis(700);
  private static final int PAYMENTS = 20;
  private static final int CUSTOMERS = 5;
  private static final int REMINDERS = 5;
  private static final int REFUSED = 6;
  private static final int TROUBLED = 3;
  private static final String MAIL = "mail.send";
  private static final Eventually SOON = Eventually.within(Duration.ofSeconds(60));
  private static final List<String> TYPES = List.of("OrderPlaced", "OrderPaid", "Visited");

  private final List<String> ledger = new ArrayList<>();
  private final Map<String, List<Integer>> risks = new HashMap<>();
  private final Map<String, Instant> reminded = new HashMap<>();
  private final Map<String, Instant> asked = new HashMap<>();
  private volatile boolean mailServerUp;

  /** Every handling as "group id attempt", sorted. */
  synchronized List<String> ledger() {
    return ledger.stream().sorted().toList();
  }

  /** The orders of a customer as the risk group has finished them. */
  synchronized Map<String, List<Integer>> risks() {
    return Map.copyOf(risks);
  }

  /** How long after its publish call each reminder was handled first. */
  synchronized List<Duration> waits() {
    return asked.keySet().stream()
        .sorted()
        .map(id -> Duration.between(asked.get(id), reminded.get(id)))
        .toList();
  }

  void play(Bus bus) {
    subscribe(bus);
    publish(bus);
    int handled = expected().size() - 1;
    SOON.until("all but the redriven one is handled", () -> ledger().size() >= handled);
    SOON.until(
        "there is a dead letter", () -> bus.deadLetters(MAIL).count(Filter.error("mail")) == 1);
    mailServerUp = true;
    bus.deadLetters(MAIL).redrive(Filter.error("mail"));
    SOON.until("the redriven one is handled", () -> ledger().size() > handled);
    SOON.until("no dead letter is left", () -> bus.deadLetters(MAIL).count(Filter.all()) == 0);
  }

  private void subscribe(Bus bus) {
    bus.subscribe(
        Subscription.group("books.all").topics("orders", "payments").concurrency(4), this::record);
    bus.subscribe(
        Subscription.group("risk.watch")
            .topics("orders")
            .events("Order*")
            .order(Order.KEY)
            .concurrency(4)
            .retry(RetrySchedule.inPlace(Duration.ZERO, Duration.ofMillis(20))),
        this::watch);
    bus.subscribe(
        Subscription.group(MAIL)
            .topics("orders")
            .events("OrderPlaced")
            .concurrency(4)
            .retry(RetrySchedule.inPlace(Duration.ZERO).thenDelayed(Duration.ofMillis(150))),
        this::mail);
  }

  private void publish(Bus bus) {
    bus.publishAll(IntStream.range(0, ORDERS).mapToObj(Scenario::order).toList())
        .forEach(result -> result.error().ifPresent(e -> fail(result.message(), e)));
    for (int n = 0; n < PAYMENTS; n++) {
      bus.publish(Message.of("payments", "Paid", Integer.toString(n)).id("p-" + n));
    }
    for (int n = 0; n < REMINDERS; n++) {
      synchronized (this) {
        asked.put("r-" + n, Instant.now());
      }
      bus.publish(
          Message.of("orders", "Reminder", Integer.toString(n)).id("r-" + n), Publish.after(LATER));
    }
  }

  private static void fail(Message message, Exception e) {
    throw new AssertionError("Could not publish " + message.id(), e);
  }

  private static Message order(int n) {
    return Message.of("orders", TYPES.get(n % TYPES.size()), Integer.toString(n))
        .id("o-" + n)
        .key("customer-" + n % CUSTOMERS);
  }

  private synchronized void record(Delivery delivery) {
    String id = delivery.message().id();
    ledger.add(delivery.group() + " " + id + " " + delivery.attempt());
    if (id.startsWith("r-")) {
      reminded.putIfAbsent(id, Instant.now());
    }
  }

  private void watch(Delivery delivery) {
    record(delivery);
    int number = Integer.parseInt(delivery.text());
    if (troubles(number) && delivery.attempt() < 3) {
      throw new IllegalStateException("undecided");
    }
    synchronized (this) {
      risks
          .computeIfAbsent(String.valueOf(delivery.message().key()), k -> new ArrayList<>())
          .add(number);
    }
  }

  private void mail(Delivery delivery) {
    record(delivery);
    int number = Integer.parseInt(delivery.text());
    boolean refused = number == REFUSED && !mailServerUp;
    if (refused || (number == TROUBLED && delivery.attempt() < 3)) {
      throw new IllegalStateException("no mail server");
    }
  }

  private static boolean troubles(int number) {
    return number % 7 == 0;
  }

  /** What must be in the ledger, whatever the broker. */
  static List<String> expected() {
    List<String> all = new ArrayList<>();
    for (int n = 0; n < ORDERS; n++) {
      String id = "o-" + n;
      int type = n % TYPES.size();
      all.addAll(attempts("books.all", id, 1));
      all.addAll(attempts("risk.watch", id, type == 2 ? 0 : troubles(n) ? 3 : 1));
      all.addAll(attempts(MAIL, id, type > 0 ? 0 : n == TROUBLED || n == REFUSED ? 3 : 1));
    }
    all.addAll(attempts(MAIL, "o-" + REFUSED, 1));
    IntStream.range(0, PAYMENTS).forEach(n -> all.addAll(attempts("books.all", "p-" + n, 1)));
    IntStream.range(0, REMINDERS).forEach(n -> all.addAll(attempts("books.all", "r-" + n, 1)));
    return all.stream().sorted().toList();
  }

  private static List<String> attempts(String group, String id, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> group + " " + id + " " + n).toList();
  }
}
