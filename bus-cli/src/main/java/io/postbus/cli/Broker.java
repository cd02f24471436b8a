package io.postbus.cli;

import io.postbus.Bus;
import io.postbus.Health.Connection;
import io.postbus.spi.ConnectionState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Whether the broker is there, for commands that are of no use without it. */
public final class Broker {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = 20_000_000;
  private static final String STORE = "store";

  private Broker() {}

  /**
   * Waits for the connection, as long as {@code --timeout} says.
   *
   * @throws CommandFailure if there is none by then
   */
  public static void await(Bus bus, Invocation invocation) {
    long limit = invocation.globals().timeout().orElse(LIMIT).toNanos();
    long begun = System.nanoTime();
    Optional<Connection> away = away(bus);
    while (away.isPresent()) {
      if (System.nanoTime() - begun >= limit || Thread.currentThread().isInterrupted()) {
        throw new CommandFailure(
            ExitCode.UNREACHABLE, "The broker does not answer: " + away.get().reason());
      }
      LockSupport.parkNanos(LOOK_NANOS);
      away = away(bus);
    }
  }

  /** A connection over which nothing goes for now. */
  public static Optional<Connection> away(Bus bus) {
    return bus.health().connections().entrySet().stream()
        .filter(c -> !c.getKey().equals(STORE))
        .map(c -> c.getValue())
        .filter(c -> c.state() != ConnectionState.CONNECTED)
        .findFirst();
  }
}
