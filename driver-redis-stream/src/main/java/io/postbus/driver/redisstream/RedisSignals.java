package io.postbus.driver.redisstream;

import io.postbus.spi.Signals;
import io.postbus.spi.support.Backoff;
import io.postbus.spi.support.DaemonThreads;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Hints by publish and subscribe, all on one channel: the subject, a line feed, the text. One
 * thread hears as long as there is anybody to hear for, another sends.
 */
final class RedisSignals implements Signals {
  private static final Logger LOG = LoggerFactory.getLogger(RedisSignals.class);
  private static final int LONGEST = 1024;
  private static final int WAITING = 1_000;

  private final RedisLink link;
  private final byte[] channel;
  private final String threads;
  private final Map<String, List<Consumer<String>>> listeners = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor sender;
  private boolean hearing;
  private volatile boolean closed;

  RedisSignals(RedisLink link, RedisNames names, String threads) {
    this.link = link;
    this.channel = RedisNames.bytes(names.signals());
    this.threads = threads;
    this.sender =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            new DaemonThreads(threads + "-signals-out"),
            new ThreadPoolExecutor.DiscardPolicy());
  }

  @Override
  public void send(String subject, String text) {
    byte[] message = RedisNames.bytes(subject + "\n" + text);
    if (message.length > LONGEST + subject.length() * 3 + 1) {
      LOG.warn("A signal on {} of more than 1 kB was dropped", subject);
    } else if (link.server() != null) {
      sender.execute(() -> send(message));
    }
  }

  private void send(byte[] message) {
    RedisServer server = link.server();
    try {
      if (server != null) {
        server.client().publish(channel, message);
      }
    } catch (JedisException e) {
      LOG.debug("A signal was lost", e);
    }
  }

  @Override
  public Listening listen(String subject, Consumer<String> listener) {
    List<Consumer<String>> all =
        listeners.computeIfAbsent(subject, s -> new CopyOnWriteArrayList<>());
    all.add(listener);
    synchronized (listeners) {
      if (!hearing && !closed) {
        hearing = true;
        DaemonThreads.named(this::hear, threads + "-signals-in").start();
      }
    }
    return () -> all.remove(listener);
  }

  private void hear() {
    Backoff backoff = new Backoff();
    while (!closed && !link.isClosed()) {
      try {
        RedisServer server = link.await(TimeUnit.SECONDS.toNanos(1));
        if (server != null) {
          try (Wire wire = link.open(server, server.nodeOf(channel))) {
            wire.setSoTimeout(0);
            new Ear(backoff).proceed(wire, channel);
          }
        }
      } catch (JedisException e) {
        LOG.debug("Signals are not heard for a moment", e);
        link.suspect();
        pause(backoff);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.error("Signals could not be heard; it is tried again", e);
        pause(backoff);
      }
    }
  }

  private void pause(Backoff backoff) {
    try {
      synchronized (listeners) {
        if (!closed) {
          listeners.wait(backoff.next().toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  /** Hears no more; a connection that waits is broken by the link. */
  void close() {
    synchronized (listeners) {
      closed = true;
      listeners.notifyAll();
    }
    sender.shutdownNow();
  }

  private final class Ear extends BinaryJedisPubSub {
    private final Backoff backoff;

    Ear(Backoff backoff) {
      this.backoff = backoff;
    }

    @Override
    public void onSubscribe(byte[] to, int count) {
      backoff.reset();
    }

    @Override
    public void onMessage(byte[] from, byte[] message) {
      String all = RedisNames.text(message);
      int end = all.indexOf('\n');
      if (end < 0) {
        return;
      }
      String subject = all.substring(0, end);
      for (Consumer<String> l : listeners.getOrDefault(subject, List.of())) {
        try {
          l.accept(all.substring(end + 1));
        } catch (RuntimeException failed) {
          LOG.error("A listener for signals on {} failed", subject, failed);
        }
      }
    }
  }
}
