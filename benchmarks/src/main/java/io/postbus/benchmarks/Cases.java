package io.postbus.benchmarks;

import static io.postbus.benchmarks.Figure.RATE;

import io.postbus.benchmarks.Client.Publication;
import io.postbus.benchmarks.Client.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** What every contestant is asked to do. */
final class Cases {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);
  private static final int KEYS = 64;
  private static final String GROUP = "-group";

  private Cases() {}

  /** Fills a queue, and only then empties it. */
  static Case alone() {
    return (client, work) -> {
      String topic = work.name();
      client.declare(topic, List.of(topic + GROUP), false);
      Processor before = Processor.now();
      long begin = System.nanoTime();
      client.publish(Way.CONFIRMED, all(work, topic, false));
      work.figure(": publish", RATE, rate(work.messages(), begin, System.nanoTime()));
      work.processor(": publish", before);
      before = Processor.now();
      Tally tally = new Tally(work.run(), work.messages(), 0);
      try (AutoCloseable receiving =
          client.receive(topic, topic + GROUP, Way.CONFIRMED, false, tally)) {
        tally.await(work.limit());
        work.figure(": consume", RATE, tally.rate());
        work.processor(": consume", before);
      }
      tally.check();
    };
  }

  /**
   * Publishes, and nothing consumes; a tenth as many before that do not count. Nothing is checked
   * but that all are confirmed.
   */
  static Case publishing() {
    return (client, work) -> {
      String topic = work.name();
      client.declare(topic, List.of(topic + GROUP), false);
      if (client instanceof KafkaPerfTest tool) {
        work.figure("", RATE, tool.rate(topic, work.messages(), work.size()));
        return;
      }
      client.publish(
          Way.CONFIRMED, all(work.with(-work.run(), work.messages() / 10), topic, false));
      long begin = System.nanoTime();
      client.publish(Way.CONFIRMED, all(work, topic, false));
      work.figure("", RATE, rate(work.messages(), begin, System.nanoTime()));
    };
  }

  /** Publishes and consumes at once, as fast as it goes. */
  static Case both(Way way, boolean ordered) {
    return (client, work) -> {
      String topic = work.name();
      client.declare(topic, List.of(topic + GROUP), ordered);
      Tally tally = new Tally(work.run(), work.messages(), ordered ? KEYS : 0);
      try (AutoCloseable receiving = client.receive(topic, topic + GROUP, way, ordered, tally)) {
        probe(client, way, List.of(topic), List.of(tally));
        Processor before = Processor.now();
        long begin = System.nanoTime();
        client.publish(way, all(work, topic, ordered));
        tally.await(work.limit());
        work.figure("", RATE, rate(work.messages(), begin, tally.end()));
        work.processor("", before);
      }
      tally.check();
    };
  }

  /**
   * The same, and how long messages are on their way; then once more at half the rate that it
   * reached.
   */
  static Case latency() {
    return (client, work) -> {
      String topic = work.name();
      client.declare(topic, List.of(topic + GROUP), false);
      Tally top = new Tally(work.run(), work.messages(), 0);
      Work half = work.with(-work.run(), work.messages() / 2);
      Tally paced = new Tally(half.run(), half.messages(), 0);
      Switch tally = new Switch(top);
      try (AutoCloseable receiving =
          client.receive(topic, topic + GROUP, Way.CONFIRMED, false, tally)) {
        probe(client, Way.CONFIRMED, List.of(topic), List.of(top));
        Processor before = Processor.now();
        long begin = System.nanoTime();
        client.publish(Way.CONFIRMED, all(work, topic, false));
        top.await(work.limit());
        double rate = rate(work.messages(), begin, top.end());
        work.figure("", RATE, rate);
        work.processor("", before);
        latencies(work, top, "at the top");
        tally.to(paced);
        client.publish(Way.CONFIRMED, paced(half, topic, rate / 2));
        paced.await(work.limit());
        latencies(work, paced, "at half the rate");
      }
      top.check();
      paced.check();
    };
  }

  private static void latencies(Work work, Tally tally, String when) {
    work.figure(": p50 " + when, "ms", tally.latency(50));
    work.figure(": p99 " + when, "ms", tally.latency(99));
  }

  /** Topics with some groups each; every message is handled by each group of its topic. */
  static Case fanOut(int topics, int groups) {
    return (client, work) -> {
      int each = work.messages() / topics;
      Work part = work.with(work.run(), each);
      List<String> names = new ArrayList<>();
      List<Tally> tallies = new ArrayList<>();
      List<AutoCloseable> open = new ArrayList<>();
      try {
        for (int t = 0; t < topics; t++) {
          String topic = work.name() + "-" + t;
          names.add(topic);
          List<String> all = new ArrayList<>();
          for (int g = 0; g < groups; g++) {
            all.add(topic + GROUP + g);
          }
          client.declare(topic, all, false);
          for (String group : all) {
            Tally tally = new Tally(work.run(), each, 0);
            tallies.add(tally);
            open.add(client.receive(topic, group, Way.CONFIRMED, false, tally));
          }
        }
        probe(client, Way.CONFIRMED, names, tallies);
        Processor before = Processor.now();
        long begin = System.nanoTime();
        client.publish(
            Way.CONFIRMED,
            to -> {
              for (int n = 0; n < each; n++) {
                for (String topic : names) {
                  to.send(topic, null, part.body(n));
                }
              }
            });
        for (Tally tally : tallies) {
          tally.await(work.limit());
        }
        long end = tallies.stream().mapToLong(Tally::end).max().orElseThrow();
        work.figure("", RATE, rate(each * tallies.size(), begin, end));
        part.with(work.run(), each * tallies.size()).processor("", before);
      } finally {
        // Together: some wait for their last poll, 32 of which would be most of the round.
        List<CompletableFuture<Void>> closing =
            open.stream().map(r -> CompletableFuture.runAsync(() -> close(r))).toList();
        closing.forEach(CompletableFuture::join);
      }
      tallies.forEach(Tally::check);
    };
  }

  private static void close(AutoCloseable receiving) {
    try {
      receiving.close();
    } catch (Exception e) {
      throw new IllegalStateException("a consumer does not close", e);
    }
  }

  /** Begins when everybody is there: to join a group may take its time. */
  private static void probe(Client client, Way way, List<String> topics, List<Tally> tallies)
      throws Exception {
    client.publish(
        way,
        to -> {
          for (String topic : topics) {
            to.send(topic, null, Payload.of(0, Tally.PROBE, Payload.LEAST));
          }
        });
    for (Tally tally : tallies) {
      tally.awaitProbe(PROBE_LIMIT);
    }
  }

  private static Publication all(Work work, String topic, boolean keyed) {
    return to -> {
      for (int n = 0; n < work.messages(); n++) {
        to.send(topic, keyed ? KEY_NAMES[n % KEYS] : null, work.body(n));
      }
    };
  }

  private static Publication paced(Work work, String topic, double rate) {
    return to -> {
      long begin = System.nanoTime();
      for (int n = 0; n < work.messages(); n++) {
        awaitTime(begin + (long) (n / rate * 1e9));
        to.send(topic, null, work.body(n));
      }
    };
  }

  private static final String[] KEY_NAMES = new String[KEYS];

  static {
    for (int i = 0; i < KEYS; i++) {
      KEY_NAMES[i] = "key-" + i;
    }
  }

  private static void awaitTime(long at) {
    for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
      if (left > TimeUnit.MICROSECONDS.toNanos(200)) {
        LockSupport.parkNanos(left - TimeUnit.MICROSECONDS.toNanos(100));
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** Hands what comes to one tally, and to another later on. */
  private static final class Switch implements Consumer<byte[]> {
    private volatile Tally current;

    Switch(Tally first) {
      current = first;
    }

    void to(Tally next) {
      current = next;
    }

    @Override
    public void accept(byte[] body) {
      current.accept(body);
    }
  }

  private static double rate(int messages, long begin, long end) {
    return messages / ((end - begin) / 1e9);
  }
}
