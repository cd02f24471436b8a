package io.postbus.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the contestants of the delay suite are asked to do, and what is measured of it. */
final class DelayRuns {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int THREADS = 4;

  private final int size;
  private final Results results;
  private volatile @Nullable DueTally tally;
  private int run;
  private int round = -1;

  DelayRuns(int size, Results results) {
    this.size = size;
    this.results = results;
  }

  /** From now on the contestant delivers to what is measured. */
  void enter(DelayClient client) throws Exception {
    client.deliver(
        body -> {
          DueTally current = tally;
          if (current != null) {
            current.accept(body);
          }
        });
  }

  /** Puts what waits for longer than this is run. */
  void put(DelayClient client, String name, int messages, Supplier<Duration> wait)
      throws Exception {
    DueTally ours = tally(messages);
    long begin = System.nanoTime();
    shared(
        messages,
        n -> {
          Duration w = wait.get();
          Instant due = Instant.now().plus(w);
          return client.put(ours.body(n, due, size), due, w);
        });
    add(client, name, "/s", messages / ((System.nanoTime() - begin) / 1e9));
  }

  /** All due at one instant; says nothing where a loaded machine puts for longer than that. */
  void burst(DelayClient client, String name, int messages, Duration ahead) throws Exception {
    DueTally ours = tally(messages);
    Instant due = Instant.now().plus(ahead);
    long begin = System.nanoTime();
    shared(messages, n -> client.put(ours.body(n, due, size), due, ahead));
    add(client, name + ": put", "/s", messages / ((System.nanoTime() - begin) / 1e9));
    boolean inTime = Instant.now().isBefore(due);
    Processor before = Processor.now();
    ours.await(LIMIT);
    Processor used = Processor.now().since(before);
    if (inTime) {
      double seconds = Duration.between(due, ours.last()).toMillis() / 1e3;
      add(client, name + ": handled", "/s", messages / seconds);
      processor(client, name, used, messages);
    } else {
      System.err.println(name + ": what was put was already due");
    }
    ours.check();
  }

  /** So many put and due each second. */
  void steady(DelayClient client, String name, int rate, int messages, Duration ahead)
      throws Exception {
    DueTally ours = tally(messages);
    List<CompletionStage<Void>> stages = new ArrayList<>(messages);
    Processor before = Processor.now();
    long begin = System.nanoTime();
    for (int n = 0; n < messages; n++) {
      long at = begin + n * TimeUnit.SECONDS.toNanos(1) / rate;
      for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      Instant due = Instant.now().plus(ahead);
      stages.add(client.put(ours.body(n, due, size), due, ahead));
    }
    join(stages);
    ours.await(LIMIT);
    Processor used = Processor.now().since(before);
    add(client, name + ": late p50", "ms", ours.late(50));
    add(client, name + ": late p99", "ms", ours.late(99));
    add(client, name + ": late max", "ms", ours.late(100));
    processor(client, name, used, messages);
    ours.check();
  }

  private void processor(DelayClient client, String name, Processor used, int messages) {
    add(client, name + ": CPU a message", "µs", used.micros() / messages);
    add(client, name + ": of it in this process", "µs", used.ownMicros() / messages);
  }

  private DueTally tally(int messages) {
    DueTally ours = new DueTally(++run, messages);
    tally = ours;
    return ours;
  }

  /** What is measured from now on belongs to this round; below 0 it is not kept. */
  void round(int number) {
    round = number;
  }

  int round() {
    return round;
  }

  void add(DelayClient client, String name, String unit, double value) {
    if (round >= 0) {
      results.add("delay " + name, unit, client.name(), DelayByHand.NAME, round, value);
    }
  }

  void failed(DelayClient client, Throwable why) {
    Failure failure = Failure.of("delay", client.name(), round, why);
    System.err.println("delay: " + client.name() + " failed: " + failure.why());
    results.add(failure);
  }

  /** Does one of many things. */
  private interface Single {
    CompletionStage<Void> put(int number) throws Exception;
  }

  private static void shared(int all, Single single) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> parts = new ArrayList<>();
      int each = (all + THREADS - 1) / THREADS;
      for (int t = 0; t < THREADS; t++) {
        int from = t * each;
        int to = Math.min(all, from + each);
        parts.add(
            threads.submit(
                () -> {
                  List<CompletionStage<Void>> stages = new ArrayList<>();
                  for (int n = from; n < to; n++) {
                    stages.add(single.put(n));
                  }
                  join(stages);
                  return null;
                }));
      }
      for (Future<?> part : parts) {
        part.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void join(List<CompletionStage<Void>> stages) {
    stages.forEach(
        s -> s.toCompletableFuture().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join());
  }
}
