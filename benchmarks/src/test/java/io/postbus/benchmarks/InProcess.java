package io.postbus.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A client without a broker, which hands on what was published, or what it makes of that. */
final class InProcess implements Client {
  private final List<byte[]> published = new ArrayList<>();
  private final UnaryOperator<List<byte[]>> making;

  InProcess(UnaryOperator<List<byte[]>> making) {
    this.making = making;
  }

  @Override
  public void declare(String topic, List<String> groups, boolean ordered) {}

  @Override
  public void publish(Way way, Publication what) throws Exception {
    what.by((topic, key, body) -> published.add(body));
  }

  @Override
  public AutoCloseable receive(
      String topic, String group, Way way, boolean ordered, Consumer<byte[]> to) {
    making.apply(List.copyOf(published)).forEach(to);
    published.clear();
    return () -> {};
  }

  @Override
  public void close() {}
}
