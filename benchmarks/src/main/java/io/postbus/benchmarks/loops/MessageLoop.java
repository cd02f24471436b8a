package io.postbus.benchmarks.loops;

import io.postbus.message.Message;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A message is made: an id, a time, its names looked at. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MessageLoop {
  private final byte[] body = new byte[200];

  @Benchmark
  public Message made() {
    return Message.builder("topic", "Type").body(body).build();
  }

  @Benchmark
  public Message madeWithKeyAndHeader() {
    return Message.builder("topic", "Type").key("key").header("tenant", "a").body(body).build();
  }
}
