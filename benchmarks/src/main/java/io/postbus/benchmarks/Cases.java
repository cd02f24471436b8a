package io.postbus.benchmarks;

import io.postbus.benchmarks.Client.Publication;
import io.postbus.benchmarks.Client.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What every contestant is asked to do. */
final class Cases {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);
  private static final int KEYS = 64;
  private static final String GROUP = "-group";

  private Cases() {}

  /** Fills a queue, and only then empties it. */
  static Case alone() {
    return (client, work) -> {
      String topic = work.name();
      client.declare(topic, List.of(topic + GROUP), false);
      Cpu cpu = Cpu.now();
      long begin = System.nanoTime();
      client.publish(Way.CONFIRMED, all(work, topic, false));
      work.figure(": publish", "/s", rate(work.messages(), begin, System.nanoTime()));
      cpu.figures(work, ": publish");
      cpu = Cpu.now();
      Tally tally = new Tally(work.run(), work.messages(), 0);
      try (AutoCloseable receiving =
          client.receive(topic, topic + GROUP, Way.CONFIRMED, false, tally)) {
        tally.await(LIMIT);
      }
      tally.check();
      work.figure(": consume", "/s", tally.rate());
      cpu.figures(work, ": consume");
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
        long begin = System.nanoTime();
        client.publish(way, all(work, topic, ordered));
        tally.await(LIMIT);
        work.figure("", "/s", rate(work.messages(), begin, tally.end()));
      }
      tally.check();
    };
  }

  /**
   * The same, and how long messages are on their way; then once more at half the rate that it
   * reached.
   */
  static Case latency() {
    Map<Client, Double> top = new ConcurrentHashMap<>();
    return (client, work) -> {
      String topic = work.name();
      client.declare(topic, List.of(topic + GROUP), false);
      double rate = top.getOrDefault(client, 0.0) / 2;
      Tally tally = new Tally(work.run(), work.messages(), 0);
      try (AutoCloseable receiving =
          client.receive(topic, topic + GROUP, Way.CONFIRMED, false, tally)) {
        probe(client, Way.CONFIRMED, List.of(topic), List.of(tally));
        Cpu cpu = Cpu.now();
        long begin = System.nanoTime();
        client.publish(Way.CONFIRMED, all(work, topic, false));
        tally.await(LIMIT);
        top.put(client, rate(work.messages(), begin, tally.end()));
        work.figure("", "/s", rate(work.messages(), begin, tally.end()));
        cpu.figures(work, "");
        work.figure(": p50 at the top", "ms", tally.latency(50));
        work.figure(": p99 at the top", "ms", tally.latency(99));
      }
      tally.check();
      if (rate > 0) {
        paced(client, work, rate);
      }
    };
  }

  private static void paced(Client client, Work work, double rate) throws Exception {
    String topic = work.name();
    int half = work.messages() / 2;
    Work paced = new Work(topic, -work.run(), half, work.size(), work.figures());
    Tally tally = new Tally(paced.run(), half, 0);
    try (AutoCloseable receiving =
        client.receive(topic, topic + GROUP, Way.CONFIRMED, false, tally)) {
      probe(client, Way.CONFIRMED, List.of(topic), List.of(tally));
      long begin = System.nanoTime();
      client.publish(
          Way.CONFIRMED,
          to -> {
            for (int n = 0; n < half; n++) {
              awaitTime(begin + (long) (n / rate * 1e9));
              to.send(topic, null, paced.body(n));
            }
          });
      tally.await(LIMIT);
    }
    tally.check();
    work.figure(": p50 at half the rate", "ms", tally.latency(50));
    work.figure(": p99 at half the rate", "ms", tally.latency(99));
  }

  /** Eight topics with four groups each; every message is handled four times. */
  static Case fanOut(int topics, int groups) {
    return (client, work) -> {
      int each = work.messages() / topics;
      Work part = new Work(work.name(), work.run(), each, work.size(), work.figures());
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
          tally.await(LIMIT);
        }
        long end = tallies.stream().mapToLong(Tally::end).max().orElseThrow();
        work.figure("", "/s", rate(each * tallies.size(), begin, end));
      } finally {
        for (AutoCloseable receiving : open) {
          receiving.close();
        }
      }
      tallies.forEach(Tally::check);
    };
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

  private static double rate(int messages, long begin, long end) {
    return messages / ((end - begin) / 1e9);
  }
}
