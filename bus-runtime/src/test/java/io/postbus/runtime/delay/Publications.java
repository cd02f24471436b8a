package io.postbus.runtime.delay;

import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Delayed;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A broker's stand-in that notes what is published and answers as the test says. */
final class Publications implements Outlet {
  /** One publication. */
  record Published(String id, Instant at, Delayed entry) {}

  final List<Published> all = new CopyOnWriteArrayList<>();

  /** Says how a publication ends: null for never. */
  volatile Function<Delayed, @Nullable CompletionStage<Void>> answer =
      entry -> CompletableFuture.completedFuture(null);

  volatile boolean ready = true;

  private final Timeline timeline;

  Publications(Timeline timeline) {
    this.timeline = timeline;
  }

  @Override
  public CompletionStage<Void> publish(Delayed entry) {
    all.add(new Published(entry.message().id(), timeline.instant(), entry));
    CompletionStage<Void> end = answer.apply(entry);
    return end == null ? new CompletableFuture<>() : end;
  }

  @Override
  public boolean ready() {
    return ready;
  }

  List<String> ids() {
    return all.stream().map(Published::id).toList();
  }

  List<Instant> times() {
    return all.stream().map(Published::at).toList();
  }

  void refuse(RuntimeException with) {
    answer = entry -> CompletableFuture.failedFuture(with);
  }
}
