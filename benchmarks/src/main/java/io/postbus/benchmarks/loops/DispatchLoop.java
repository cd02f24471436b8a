package io.postbus.benchmarks.loops;

import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.Subscription;
import io.postbus.message.Message;
import io.postbus.spi.Order;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A message's whole way through the runtime with the driver in process: published, queued,
 * dispatched to a handler's thread, handled, settled. What a broker's driver costs comes on top.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DispatchLoop {
  private static final int MESSAGES = 10_000;
  private static final int KEYS = 64;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Of the group. */
  @Param({"NONE", "KEY"})
  public Order order = Order.NONE;

  private final byte[] body = new byte[200];
  private final String[] keys = new String[KEYS];
  private final LongAdder handled = new LongAdder();
  private @Nullable Bus bus;

  /** Opens the bus of the trial. */
  @Setup(Level.Trial)
  public void open() {
    for (int i = 0; i < KEYS; i++) {
      keys[i] = "key-" + i;
    }
    bus = Bus.builder().set(Map.of("driver", "memory", "store.type", "memory")).open();
    Consuming unused =
        bus.subscribe(
            Subscription.group("loops").topics("loops").order(order), d -> handled.increment());
  }

  /** Publishes, and ends when the group has handled all. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void publishedAndHandled() {
    Bus to = Objects.requireNonNull(bus);
    long before = handled.sum();
    for (int n = 0; n < MESSAGES; n++) {
      CompletionStage<Void> unused =
          to.publishAsync(Message.builder("loops", "Type").key(keys[n % KEYS]).body(body).build());
    }
    long until = System.nanoTime() + LIMIT_NANOS;
    while (handled.sum() - before < MESSAGES) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("not all were handled in time");
      }
      Thread.onSpinWait();
    }
  }

  /** Closes it. */
  @TearDown(Level.Trial)
  public void close() {
    Objects.requireNonNull(bus).close(GRACE);
  }
}
