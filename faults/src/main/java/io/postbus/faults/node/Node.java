package io.postbus.faults.node;

import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.DeadLetter;
import io.postbus.Filter;
import io.postbus.Health;
import io.postbus.Page;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.faults.history.Event;
import io.postbus.faults.history.Journal;
import io.postbus.runtime.bus.BusSetup;
import io.postbus.runtime.connect.Providers;
import io.postbus.spi.BusException;
import io.postbus.spi.Order;
import io.postbus.spi.StoreProvider;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bus under test and what uses it. Thread-safe; commands are carried out one after the other.
 *
 * <p>Commands: {@code publish TRIAL RATE BAD SEED}, {@code hush}, {@code dead SINCE}, {@code mood
 * NAME}, {@code leave}, {@code join}, {@code count}.
 */
public final class Node implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(60);
  private static final int CONCURRENCY = 8;

  private final NodePlan plan;
  private final Journal journal;
  private final Bus bus;
  private final Handling handling;
  private final Locking locking;
  private final ExecutorService threads = Executors.newCachedThreadPool(Node::daemon);
  private final ExecutorService cancelling = Executors.newFixedThreadPool(8, Node::daemon);
  private final List<Publishing> publishing = new ArrayList<>();
  private final List<Consuming> consuming = new ArrayList<>();

  /** Opens the bus and joins the groups; returns without waiting for a broker that is away. */
  public Node(NodePlan plan) {
    this.plan = plan;
    this.journal = Journal.open(plan.journal());
    this.handling = new Handling(plan.name(), journal);
    this.bus = open();
    this.locking = new Locking(bus, plan.name(), journal);
    if (plan.handles()) {
      join();
    }
    threads.execute(locking);
    say("open", "");
  }

  private Bus open() {
    String driver = plan.bus().getOrDefault("driver", "memory");
    String store = plan.bus().getOrDefault("store.type", "memory");
    StoreProvider real =
        ServiceLoader.load(StoreProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals(store))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("There is no store " + store));
    BusSetup setup = new BusSetup();
    plan.bus().forEach((path, value) -> setup.set(path, NodePlan.value(value)));
    setup.set("node", plan.name() + "-" + ProcessHandle.current().pid());
    return setup
        .isolated()
        .timeline(new ShiftedTimeline(plan.clockOff()))
        .providers(
            p -> Providers.always(WatchedDriver.provider(driver, plan.name(), journal), real))
        .open();
  }

  /** Carries out a command. */
  public synchronized void command(String line) {
    String[] words = line.split(" ");
    switch (words[0]) {
      case "publish" ->
          publish(
              words[1],
              Integer.parseInt(words[2]),
              Integer.parseInt(words[3]),
              Long.parseLong(words[4]));
      case "hush" -> hush();
      case "dead" -> dead(Instant.ofEpochMilli(Long.parseLong(words[1])));
      case "mood" -> handling.mood(Handling.Mood.valueOf(words[1].toUpperCase(Locale.ROOT)));
      case "leave" -> leave();
      case "join" -> join();
      case "count" -> count();
      default -> throw new IllegalArgumentException("Not a command: " + line);
    }
  }

  public Health health() {
    return bus.health();
  }

  private void publish(String trial, int perSecond, int bad, long seed) {
    String name = plan.name();
    begin(new Publishing(bus, journal, trial, name, perSecond, bad, false, seed, cancelling));
    int store = Math.max(1, perSecond / 8);
    begin(new Publishing(bus, journal, trial, name + "-w", store, 0, true, seed + 1, cancelling));
  }

  private void begin(Publishing publisher) {
    publishing.add(publisher);
    threads.execute(
        () -> {
          publisher.run();
          ended(publisher);
        });
  }

  private void hush() {
    publishing.forEach(Publishing::stop);
    if (publishing.isEmpty()) {
      say("hushed", "");
    }
  }

  private synchronized void ended(Publishing publisher) {
    publishing.remove(publisher);
    if (publishing.isEmpty()) {
      say("hushed", "");
    }
  }

  private void dead(Instant since) {
    try {
      dead(Traffic.STRICT, since);
      dead(Traffic.LOOSE, since);
      say("counted-dead", "");
    } catch (BusException e) {
      say("cannot-count-dead", String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }
  }

  private void dead(String group, Instant since) {
    String cursor = null;
    do {
      Page<DeadLetter> page =
          bus.deadLetters(group)
              .list(Filter.between(since, since.plus(Duration.ofDays(1))), cursor, 500);
      page.items().forEach(letter -> dead(letter));
      cursor = page.next().orElse(null);
    } while (cursor != null);
  }

  private void dead(DeadLetter letter) {
    journal.write(new Event.Dead(Instant.now(), letter.message().id(), letter.group()));
  }

  private void join() {
    Subscription strict = subscription(Traffic.STRICT).order(Order.KEY);
    consuming.add(bus.subscribe(strict.circuit(Traffic.STRICT_CIRCUIT), handling));
    Subscription loose = subscription(Traffic.LOOSE);
    consuming.add(bus.subscribe(loose.circuit(Traffic.LOOSE_CIRCUIT), handling));
  }

  private void leave() {
    consuming.forEach(Consuming::close);
    consuming.clear();
    say("left", "");
  }

  private static Subscription subscription(String group) {
    RetrySchedule retry =
        RetrySchedule.inPlace(Duration.ZERO)
            .thenDelayed(Duration.ofMillis(200), Duration.ofSeconds(1));
    return Subscription.group(group)
        .topics(Traffic.TOPIC)
        .concurrency(CONCURRENCY)
        .timeout(Traffic.HANDLER_LIMIT)
        .retry(retry);
  }

  /** What leaks would show in, after a collection of garbage. */
  private void count() {
    System.gc();
    Runtime heap = Runtime.getRuntime();
    long alive = ManagementFactory.getThreadMXBean().getThreadCount() - handlers();
    long used = heap.totalMemory() - heap.freeMemory();
    say("counted", alive + " " + used + " " + OpenFiles.count());
  }

  /** The threads of handlers: they come as there is work, up to as many as may be at work. */
  private synchronized long handlers() {
    List<String> names =
        consuming.stream().map(c -> "postbus-" + c.subscription().group() + "-\\d+").toList();
    long now =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> names.stream().anyMatch(thread.getName()::matches))
            .count();
    return Math.min(now, (long) names.size() * CONCURRENCY);
  }

  private void say(String what, String value) {
    journal.write(new Event.Said(Instant.now(), plan.name(), what, value));
  }

  /** Stops publishing and closes the bus, with its own grace time. */
  @Override
  public void close() {
    close(null);
  }

  /** The same with another grace time. */
  public void close(@Nullable Duration grace) {
    locking.stop();
    synchronized (this) {
      publishing.forEach(Publishing::stop);
    }
    if (grace == null) {
      bus.close();
    } else {
      bus.close(grace);
    }
    threads.shutdown();
    cancelling.shutdownNow();
    try {
      boolean unused = threads.awaitTermination(ENDING.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    say("closed", "");
    journal.close();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "faults-node");
    thread.setDaemon(true);
    return thread;
  }
}
