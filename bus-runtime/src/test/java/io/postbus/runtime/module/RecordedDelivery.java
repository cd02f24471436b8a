package io.postbus.runtime.module;

import io.postbus.Delivery;
import io.postbus.message.Message;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A delivery outside of any bus that remembers how it was settled. */
final class RecordedDelivery implements Delivery {
  private final Message message;
  private final Instant deadline;
  private final AtomicReference<@Nullable String> settled = new AtomicReference<>();

  RecordedDelivery(Message message, Duration limit) {
    this.message = message;
    this.deadline = Instant.now().plus(limit);
  }

  static RecordedDelivery of(String body) {
    return new RecordedDelivery(
        Message.of("live", "Earned", body.getBytes(StandardCharsets.UTF_8)),
        Duration.ofSeconds(20));
  }

  /** How it was settled, or null. */
  @Nullable String outcome() {
    return settled.get();
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public <T> T body(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String text() {
    return new String(message.payload(), StandardCharsets.UTF_8);
  }

  @Override
  public String group() {
    return "g";
  }

  @Override
  public int attempt() {
    return 2;
  }

  @Override
  public boolean redelivered() {
    return false;
  }

  @Override
  public Instant deadline() {
    return deadline;
  }

  @Override
  public boolean settled() {
    return settled.get() != null;
  }

  @Override
  public boolean ack() {
    return settle("ack");
  }

  @Override
  public boolean completeIn(Connection transaction) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean retry(Throwable cause) {
    return settle("retry " + cause.getMessage());
  }

  @Override
  public boolean retryAfter(Duration delay) {
    return settle("retry-after " + delay);
  }

  @Override
  public boolean deadLetter(String reason) {
    return settle("dead " + reason);
  }

  @Override
  public boolean release() {
    return settle("release");
  }

  private boolean settle(String how) {
    return settled.compareAndSet(null, how);
  }
}
