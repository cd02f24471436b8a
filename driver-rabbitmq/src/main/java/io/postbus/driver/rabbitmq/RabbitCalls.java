package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.Connection;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls that need the broker's answer, each within one limit of time whatever the client does: a
 * thread of ours waits for it, the caller waits for the limit. Thread-safe.
 */
final class RabbitCalls {
  /** What is asked. */
  interface Question<T> {
    T ask(Connection c) throws IOException;
  }

  private final RabbitLink link;
  private final Duration limit;
  private final Executor executor;
  private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  RabbitCalls(RabbitLink link, Duration limit, Executor executor) {
    this.link = link;
    this.limit = limit;
    this.executor = executor;
  }

  /**
   * @param doing what to say of it when it fails, as in "Declaring the topic x"
   */
  <T> T call(String doing, Question<T> question) {
    long deadline = System.nanoTime() + limit.toNanos();
    CompletableFuture<T> answer = new CompletableFuture<>();
    Object call = new Object();
    open.put(call, answer);
    try {
      if (closed) {
        throw closedException();
      }
      Connection c = link.await(limit.toNanos());
      if (c == null) {
        throw link.isClosed()
            ? closedException()
            : new ConnectionException(doing + " failed, not connected: " + link.reason(), null);
      }
      executor.execute(() -> answer(c, question, answer));
      return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw RabbitErrors.translate(doing, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new ConnectionException(doing + " failed: no answer within " + limit, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(doing + " was interrupted", e);
    } finally {
      open.remove(call);
    }
  }

  private static <T> void answer(Connection c, Question<T> question, CompletableFuture<T> answer) {
    try {
      answer.complete(question.ask(c));
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  void close() {
    closed = true;
    open.values().forEach(a -> a.completeExceptionally(closedException()));
  }

  private static ClosedException closedException() {
    return new ClosedException("The connection to RabbitMQ");
  }
}
