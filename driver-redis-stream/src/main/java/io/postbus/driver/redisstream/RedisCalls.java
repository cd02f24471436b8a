package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.ClosedException;
import io.postbus.spi.ConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Calls that need the server's answer, each within one limit of time whatever the client does: a
 * thread of ours waits for it, the caller waits for the limit. What is asked may be asked twice,
 * for a pooled connection that died is found out by using it. Thread-safe.
 */
final class RedisCalls {
  /** What is asked; repeating it does no harm. */
  interface Question<T> {
    T ask(UnifiedJedis client);
  }

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final RedisLink link;
  private final Duration limit;
  private final Executor executor;
  private final String what;
  private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();
  private BiFunction<String, Throwable, BusException> translate = RedisErrors::translate;
  private volatile boolean closed;

  /**
   * @param what is closed once this is, as in "The driver x"
   */
  RedisCalls(RedisLink link, Duration limit, Executor executor, String what) {
    this.link = link;
    this.limit = limit;
    this.executor = executor;
    this.what = what;
  }

  /** Translates failures otherwise; before the first call. */
  RedisCalls translating(BiFunction<String, Throwable, BusException> translator) {
    translate = translator;
    return this;
  }

  /**
   * @param doing what to say of it when it fails, as in "Declaring the topic x"
   */
  <T> T call(String doing, Question<T> question) {
    return call(doing, question, true);
  }

  /** The same for what must not be asked again when nobody knows whether it was heard. */
  <T> T callOnce(String doing, Question<T> question) {
    return call(doing, question, false);
  }

  private <T> T call(String doing, Question<T> question, boolean twice) {
    long deadline = System.nanoTime() + limit.toNanos();
    CompletableFuture<T> answer = new CompletableFuture<>();
    Object call = new Object();
    open.put(call, answer);
    try {
      if (closed) {
        throw new ClosedException(what);
      }
      executor.execute(() -> answer(question, answer, deadline, twice));
      return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw translate.apply(doing, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      String reason = link.reason();
      throw new ConnectionException(
          doing + " failed: no answer within " + limit + (reason.isEmpty() ? "" : ": " + reason),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(doing + " was interrupted", e);
    } finally {
      open.remove(call);
    }
  }

  private <T> void answer(
      Question<T> question, CompletableFuture<T> answer, long deadline, boolean twice) {
    try {
      while (!answer.isDone()) {
        RedisServer server = link.await(deadline - System.nanoTime());
        if (server == null) {
          throw new ConnectionException("not connected: " + link.reason(), null);
        }
        try {
          answer.complete(question.ask(server.client()));
        } catch (RuntimeException e) {
          if (passes(e)) {
            link.suspect();
          }
          if (!twice || !passes(e) || deadline - System.nanoTime() < 0) {
            throw e;
          }
          LockSupport.parkNanos(this, RETRY_NANOS);
        }
      }
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.completeExceptionally(e);
    }
  }

  /** Whether the same may work on another connection. */
  private static boolean passes(RuntimeException e) {
    return e instanceof JedisConnectionException || RedisErrors.isElsewhere(e);
  }

  void close() {
    closed = true;
    open.values().forEach(a -> a.completeExceptionally(new ClosedException(what)));
  }
}
