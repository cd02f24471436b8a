package io.postbus.benchmarks;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * What has been computed so far, on all cores, by this process and by those it has started, which
 * are the brokers. What a message costs of it is less shy of other load than a rate.
 */
record Cpu(Duration client, Duration brokers) {
  static Cpu now() {
    ProcessHandle me = ProcessHandle.current();
    return new Cpu(used(Stream.of(me)), used(me.descendants()));
  }

  /** Tells what each of these messages has cost since. */
  void figures(Work work, String part) {
    Cpu now = now();
    figure(work, part + ": client's CPU", now.client.minus(client));
    figure(work, part + ": broker's CPU", now.brokers.minus(brokers));
  }

  private static void figure(Work work, String name, Duration used) {
    work.figure(name, "µs", used.toNanos() / 1e3 / work.messages());
  }

  private static Duration used(Stream<ProcessHandle> processes) {
    return processes
        .map(p -> p.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
