package io.postbus.test;

import io.postbus.Interceptor;
import io.postbus.message.Message;
import io.postbus.runtime.consume.Observer;
import io.postbus.spi.Failure;
import io.postbus.test.Handled.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What was published and handled, in order. Thread-safe. */
final class Ledger implements Interceptor {
  private final List<Message> published = new ArrayList<>();
  private final List<Handled> handled = new ArrayList<>();

  /** Failures so far, by group and id. */
  private final Map<String, Integer> failures = new HashMap<>();

  @Override
  public CompletionStage<Void> publish(
      Message message, Function<Message, CompletionStage<Void>> next) {
    return next.apply(message)
        .whenComplete(
            (done, error) -> {
              if (error == null) {
                add(message);
              }
            });
  }

  /** What hears of the group's deliveries. */
  Observer of(String group) {
    return new Observer() {
      @Override
      public void handled(Message m, long beganMillis, long costNanos, Observer.Outcome how) {
        add(group, m, outcome(how), how != Observer.Outcome.HELD);
      }

      @Override
      public void expired(Message m) {
        add(group, m, Handled.Outcome.EXPIRED, false);
      }

      @Override
      public void deadLettered(Message m, Failure failure) {
        forget(group, m);
      }
    };
  }

  synchronized List<Message> published() {
    return List.copyOf(published);
  }

  synchronized List<Handled> handled() {
    return List.copyOf(handled);
  }

  synchronized void clear() {
    published.clear();
    handled.clear();
  }

  private synchronized void add(Message m) {
    published.add(m);
  }

  private synchronized void add(String group, Message m, Outcome outcome, boolean counted) {
    String key = group + "/" + m.id();
    int attempt = failures.getOrDefault(key, 0) + 1;
    handled.add(new Handled(group, m, attempt, outcome));
    if (counted && (outcome == Outcome.RETRIED || outcome == Outcome.TIMED_OUT)) {
      failures.put(key, attempt);
    }
  }

  /** After a redrive it counts from the beginning. */
  private synchronized void forget(String group, Message m) {
    failures.remove(group + "/" + m.id());
  }

  private static Outcome outcome(Observer.Outcome how) {
    return switch (how) {
      case OK -> Outcome.ACKNOWLEDGED;
      case RETRIED, HELD -> Outcome.RETRIED;
      case DEAD -> Outcome.DEAD;
      case TIMED_OUT -> Outcome.TIMED_OUT;
      case RELEASED -> Outcome.RELEASED;
      case REVOKED -> Outcome.REVOKED;
    };
  }
}
