package io.postbus.benchmarks;

import java.time.Duration;

/**
 * Processor time used up to a moment, by this process and by the brokers and databases it started:
 * what a load by others does to rates, it hardly does to this.
 */
record Processor(Duration own, Duration servers) {
  static Processor now() {
    Duration servers =
        ProcessHandle.current()
            .descendants()
            .map(p -> p.info().totalCpuDuration().orElse(Duration.ZERO))
            .reduce(Duration.ZERO, Duration::plus);
    return new Processor(
        ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO), servers);
  }

  Processor since(Processor before) {
    return new Processor(own.minus(before.own), servers.minus(before.servers));
  }

  double micros() {
    return own.plus(servers).toNanos() / 1e3;
  }

  double ownMicros() {
    return own.toNanos() / 1e3;
  }

  double serverMicros() {
    return servers.toNanos() / 1e3;
  }
}
