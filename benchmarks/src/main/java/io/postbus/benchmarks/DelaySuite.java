package io.postbus.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.postbus.Bus;
import io.postbus.Delivery;
import io.postbus.Publish;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.testbrokers.MariaDbBroker;
import io.postbus.testbrokers.RabbitBroker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * The delay engine on a real MariaDB at its defaults and a real RabbitMQ: putting while very many
 * wait, lateness at a steady rate, and everything due at one instant. Lateness is from the due time
 * to the handler's begin, so it includes the way through the broker.
 *
 * <p>Options: {@code messages} that wait in the background (1,000,000), {@code size} of a payload
 * (200), {@code rate} due per second (5,000), {@code seconds} of it (30), {@code burst} due at one
 * instant (100,000).
 */
final class DelaySuite implements Suite {
  private static final String OURS = "postbus";
  private static final int THREADS = 4;
  private static final String DUE = "due";

  @Override
  public List<Figure> run(Options given) throws Exception {
    Map<String, Integer> options = given.numbers();
    List<Figure> figures = new ArrayList<>();
    try (MariaDbBroker database = MariaDbBroker.open();
        RabbitBroker broker = RabbitBroker.open();
        Bus bus = open(database, broker)) {
      Arrivals arrivals = new Arrivals();
      bus.subscribe(Subscription.group("bench").topics("delayed").concurrency(4), arrivals::handle);
      byte[] body = new byte[options.getOrDefault("size", 200)];

      int pending = options.getOrDefault("messages", 1_000_000);
      figures.add(new Figure("delay put", OURS, put(bus, body, pending), "/s"));

      int rate = options.getOrDefault("rate", 5_000);
      int steady = rate * options.getOrDefault("seconds", 30);
      arrivals.expect(steady);
      paced(bus, body, rate, steady);
      arrivals.await(Duration.ofMinutes(2));
      lateness(figures, "delay steady " + rate + "/s", arrivals);

      int burst = options.getOrDefault("burst", 100_000);
      arrivals.expect(burst);
      Instant due = Instant.now().plusSeconds(10 + burst / 10_000);
      at(bus, body, due, burst);
      arrivals.await(Duration.ofMinutes(5));
      double seconds = (arrivals.lastMillis.get() - due.toEpochMilli()) / 1000.0;
      figures.add(new Figure("delay burst fired and handled", OURS, burst / seconds, "/s"));
      lateness(figures, "delay burst of " + burst, arrivals);
      figures.add(new Figure("delay heap with " + pending + " pending", OURS, heap(), "MB"));
    }
    return figures;
  }

  private static Bus open(MariaDbBroker database, RabbitBroker broker) {
    return Bus.builder()
        .set(
            Map.of(
                "driver", "rabbitmq",
                "drivers.rabbitmq.uris", List.of(broker.uri().toString()),
                "store.type", "jdbc",
                "store.url", database.jdbcUrl(),
                "store.username", database.username(),
                "store.password", database.password()))
        .meterRegistry(new SimpleMeterRegistry())
        .open();
  }

  /** What waits in the background: due between one and three hours from now. */
  private static double put(Bus bus, byte[] body, int messages) throws Exception {
    long begin = System.nanoTime();
    shared(
        messages,
        (from, to) -> {
          List<CompletionStage<Void>> stages = new ArrayList<>();
          for (int n = from; n < to; n++) {
            Duration wait = Duration.ofMillis(3_600_000 + n % 7_200_000);
            stages.add(bus.publishAsync(Message.of("delayed", "E", body), Publish.after(wait)));
          }
          join(stages);
        });
    return messages / ((System.nanoTime() - begin) / 1e9);
  }

  private static void paced(Bus bus, byte[] body, int rate, int messages) {
    long begin = System.nanoTime();
    List<CompletionStage<Void>> stages = new ArrayList<>(messages);
    for (int n = 0; n < messages; n++) {
      long at = begin + n * TimeUnit.SECONDS.toNanos(1) / rate;
      for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      Instant due = Instant.now().plusMillis(3000);
      stages.add(bus.publishAsync(message(body, due), Publish.at(due)));
    }
    join(stages);
  }

  private static void at(Bus bus, byte[] body, Instant due, int messages) throws Exception {
    shared(
        messages,
        (from, to) -> {
          List<CompletionStage<Void>> stages = new ArrayList<>();
          for (int n = from; n < to; n++) {
            stages.add(bus.publishAsync(message(body, due), Publish.at(due)));
          }
          join(stages);
        });
  }

  private static Message message(byte[] body, Instant due) {
    return Message.builder("delayed", "E")
        .body(body)
        .header(DUE, Long.toString(due.toEpochMilli()))
        .build();
  }

  private static void lateness(List<Figure> figures, String name, Arrivals arrivals) {
    ConcurrentHistogram h = arrivals.lateness;
    figures.add(new Figure(name + " early", OURS, arrivals.early.get(), "messages"));
    figures.add(new Figure(name + " p50", OURS, h.getValueAtPercentile(50), "ms"));
    figures.add(new Figure(name + " p99", OURS, h.getValueAtPercentile(99), "ms"));
    figures.add(new Figure(name + " max", OURS, h.getMaxValue(), "ms"));
  }

  private static double heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6;
  }

  /** A part of the work, from one number up to another. */
  private interface Part {
    void run(int from, int to) throws Exception;
  }

  private static void shared(int all, Part part) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> parts = new ArrayList<>();
      int each = all / THREADS;
      for (int t = 0; t < THREADS; t++) {
        int from = t * each;
        int to = t == THREADS - 1 ? all : from + each;
        parts.add(
            threads.submit(
                () -> {
                  part.run(from, to);
                  return null;
                }));
      }
      for (Future<?> f : parts) {
        f.get(20, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void join(List<CompletionStage<Void>> stages) {
    stages.forEach(s -> s.toCompletableFuture().orTimeout(5, TimeUnit.MINUTES).join());
  }

  /** What has arrived, and how late. */
  private static final class Arrivals {
    final AtomicLong early = new AtomicLong();
    final AtomicLong lastMillis = new AtomicLong();
    volatile ConcurrentHistogram lateness = new ConcurrentHistogram(3);
    private volatile CountDownLatch left = new CountDownLatch(0);

    void expect(int messages) {
      lateness = new ConcurrentHistogram(3);
      early.set(0);
      left = new CountDownLatch(messages);
    }

    void handle(Delivery delivery) {
      long now = System.currentTimeMillis();
      String due = delivery.message().header(DUE);
      if (due != null) {
        long late = now - Long.parseLong(due);
        if (late < 0) {
          early.incrementAndGet();
        }
        lateness.recordValue(Math.max(0, late));
        lastMillis.accumulateAndGet(now, Math::max);
        left.countDown();
      }
    }

    void await(Duration limit) throws InterruptedException {
      if (!left.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(left.getCount() + " messages have not arrived");
      }
    }
  }
}
