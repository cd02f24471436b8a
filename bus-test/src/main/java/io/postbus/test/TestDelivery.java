package io.postbus.test;

import io.postbus.Codec;
import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.NotRetryable;
import io.postbus.message.Message;
import io.postbus.runtime.codec.Codecs;
import io.postbus.test.Settled.How;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A delivery without a bus, for a handler's unit test; it remembers how it was settled.
 * Thread-safe, as every delivery is; the methods that change it return a copy that is not settled.
 *
 * <pre>{@code
 * TestDelivery delivery = TestDelivery.of(Message.of("orders", "Placed", order)).attempt(3);
 * delivery.handledBy(new Shipping());
 * assertThat(delivery.outcome()).isEqualTo(Settled.How.ACKNOWLEDGED);
 * }</pre>
 */
public final class TestDelivery implements Delivery {
  private final Message message;
  private final String group;
  private final int attempt;
  private final boolean redelivered;
  private final Instant deadline;
  private final Codecs codecs;
  private final AtomicReference<@Nullable Settled> settled = new AtomicReference<>();
  private final AtomicBoolean completed = new AtomicBoolean();

  private TestDelivery(
      Message message,
      String group,
      int attempt,
      boolean redelivered,
      Instant deadline,
      Codecs codecs) {
    this.message = message;
    this.group = group;
    this.attempt = attempt;
    this.redelivered = redelivered;
    this.deadline = deadline;
    this.codecs = codecs;
  }

  /**
   * The first attempt of this message, for the group {@code test}, with a deadline in five minutes.
   * A body that is an object is encoded as publishing would.
   *
   * @param own as added to the bus
   */
  public static TestDelivery of(Message message, Codec... own) {
    Codecs codecs = new Codecs(List.of(own));
    Instant deadline = Instant.now().plus(Duration.ofMinutes(5));
    return new TestDelivery(codecs.encode(message), "test", 1, false, deadline, codecs);
  }

  /** As that attempt: failures so far + 1; from the second on it is redelivered. */
  public TestDelivery attempt(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("attempt is " + number + ", must be at least 1");
    }
    return new TestDelivery(message, group, number, number > 1, deadline, codecs);
  }

  /** For that group. */
  public TestDelivery group(String name) {
    return new TestDelivery(message, name, attempt, redelivered, deadline, codecs);
  }

  /** As if it had been handed out before. */
  public TestDelivery redelivered(boolean before) {
    return new TestDelivery(message, group, attempt, before, deadline, codecs);
  }

  /** With that deadline; nothing happens when it passes. */
  public TestDelivery deadline(Instant time) {
    return new TestDelivery(message, group, attempt, redelivered, time, codecs);
  }

  /**
   * Hands it to the handler as a subscription would: returning acknowledges it, throwing is a
   * failure, unless the handler has settled it.
   *
   * @return this
   */
  public TestDelivery handledBy(Handler handler) {
    try {
      handler.handle(this);
      ack();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      retry(e);
    } catch (Exception e) {
      if (e instanceof NotRetryable) {
        settle(new Settled(How.DEAD_LETTERED, Optional.of(e), Optional.empty(), e.toString()));
      } else {
        retry(e);
      }
    }
    return this;
  }

  /** How it was settled; empty if it was not. */
  public Optional<Settled> settlement() {
    return Optional.ofNullable(settled.get());
  }

  /** In which way it was settled, or null. */
  public @Nullable How outcome() {
    Settled s = settled.get();
    return s == null ? null : s.how();
  }

  @Override
  public Message message() {
    return message;
  }

  @Override
  public <T> T body(Class<T> type) {
    return codecs.decode(message, type);
  }

  @Override
  public String text() {
    return new String(message.payload(), StandardCharsets.UTF_8);
  }

  @Override
  public String group() {
    return group;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public boolean redelivered() {
    return redelivered;
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
    return settle(Settled.as(How.ACKNOWLEDGED));
  }

  /** There is no store: the first call says that it is new, every later one that it is known. */
  @Override
  public boolean completeIn(Connection transaction) {
    return completed.compareAndSet(false, true);
  }

  @Override
  public boolean retry(Throwable cause) {
    return settle(new Settled(How.RETRIED, Optional.of(cause), Optional.empty(), ""));
  }

  @Override
  public boolean retryAfter(Duration delay) {
    return settle(new Settled(How.RETRIED, Optional.empty(), Optional.of(delay), ""));
  }

  @Override
  public boolean deadLetter(String reason) {
    return settle(new Settled(How.DEAD_LETTERED, Optional.empty(), Optional.empty(), reason));
  }

  @Override
  public boolean release() {
    return settle(Settled.as(How.RELEASED));
  }

  private boolean settle(Settled how) {
    return settled.compareAndSet(null, how);
  }

  @Override
  public String toString() {
    return "TestDelivery[" + message + " attempt " + attempt + " " + settlement() + "]";
  }
}
