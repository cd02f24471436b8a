package io.postbus.runtime.consume;

import io.postbus.message.Message;
import io.postbus.spi.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What an observer heard, in the order of hearing it. */
final class Told implements Observer {
  final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
  final List<Duration> retries = new CopyOnWriteArrayList<>();
  final List<Failure> dead = new CopyOnWriteArrayList<>();
  final List<String> pauses = new CopyOnWriteArrayList<>();
  final List<String> unmatched = new CopyOnWriteArrayList<>();
  final List<String> expired = new CopyOnWriteArrayList<>();
  final List<String> repeated = new CopyOnWriteArrayList<>();
  final List<String> stale = new CopyOnWriteArrayList<>();

  @Override
  public void handled(Message m, long beganMillis, long costNanos, Outcome outcome) {
    outcomes.add(outcome);
  }

  @Override
  public void retried(Message message, Duration delay) {
    retries.add(delay);
  }

  @Override
  public void deadLettered(Message message, Failure failure) {
    dead.add(failure);
  }

  @Override
  public void paused(Throwable cause) {
    pauses.add("paused: " + cause.getMessage());
  }

  @Override
  public void resumed() {
    pauses.add("resumed");
  }

  @Override
  public void unmatched(Message message) {
    unmatched.add(message.type());
  }

  @Override
  public void expired(Message message) {
    expired.add(message.type());
  }

  @Override
  public void stale(Message message) {
    stale.add(message.type());
  }

  @Override
  public void repeated(Message message) {
    repeated.add(message.type());
  }
}
