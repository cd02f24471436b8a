package io.postbus.testbrokers;

import io.postbus.testbrokers.TcpProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The thread of a {@link TcpProxy}: all sockets are its own, others hand it what to do. */
final class ProxyLoop {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int SCRATCH = 64 * 1024;
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final InetSocketAddress endpoint;
  private final InetSocketAddress target;
  private final Line toTarget = new Line();
  private final Line toClient = new Line();
  private final Set<Link> links = new LinkedHashSet<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
  private final Selector selector = Selector.open();
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable ServerSocketChannel listener;
  private boolean closing;
  private volatile int connections;
  private final AtomicLong accepted = new AtomicLong();

  ProxyLoop(InetSocketAddress endpoint, InetSocketAddress target) throws IOException {
    this.endpoint = endpoint;
    this.target = target;
    thread = new Thread(this::run, "tcp-proxy " + endpoint.getPort());
    thread.setDaemon(true);
  }

  /** What another thread wants done, and whether it has been. */
  private record Call(Action action, CompletableFuture<Void> done) {}

  /** Something to do in the proxy's thread. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  void start() throws IOException {
    listen();
    thread.start();
  }

  InetSocketAddress endpoint() {
    return endpoint;
  }

  Line line(Direction direction) {
    return direction == Direction.TO_TARGET ? toTarget : toClient;
  }

  int connections() {
    return connections;
  }

  long accepted() {
    return accepted.get();
  }

  /** Has the action done by the proxy's thread, and returns when it has been. */
  void call(Action action) {
    Call call = new Call(action, new CompletableFuture<>());
    calls.add(call);
    selector.wakeup();
    if (!thread.isAlive()) {
      failCalls();
    }
    try {
      call.done.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while changing a proxy", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the proxy at " + endpoint + " failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the proxy at " + endpoint + " did not answer", e);
    }
  }

  /** True for the one call that closed it. */
  boolean close() {
    if (!closed.compareAndSet(false, true)) {
      return false;
    }
    call(() -> closing = true);
    try {
      thread.join(LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  // From here on: the proxy's thread, or nobody else yet.

  void cut() throws IOException {
    accept();
    for (Link link : links) {
      link.reset();
    }
    links.clear();
    connections = 0;
    flushClosed();
  }

  void refuse() throws IOException {
    ServerSocketChannel listening = listener;
    if (listening != null) {
      accept();
      listening.close();
      listener = null;
      flushClosed();
    }
  }

  void resume() throws IOException {
    toTarget.resume();
    toClient.resume();
    if (listener == null) {
      listen();
    }
  }

  private void run() {
    try {
      long wait = Flow.NEVER;
      while (!closing) {
        select(wait);
        runCalls();
        accept();
        wait = advance();
      }
      cut();
      refuse();
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("the proxy at " + endpoint + " failed", e);
    } finally {
      failCalls();
    }
  }

  private void select(long wait) throws IOException {
    if (wait == Flow.NEVER) {
      selector.select();
    } else {
      selector.select(wait / MILLI + 1);
    }
    selector.selectedKeys().clear();
  }

  private void runCalls() {
    for (Call call = calls.poll(); call != null; call = calls.poll()) {
      try {
        call.action.run();
        call.done.complete(null);
      } catch (IOException | RuntimeException e) {
        call.done.completeExceptionally(e);
      }
    }
  }

  private void failCalls() {
    for (Call call = calls.poll(); call != null; call = calls.poll()) {
      call.done.completeExceptionally(new IllegalStateException("closed"));
    }
  }

  private void listen() throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open();
    listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listening.configureBlocking(false);
    listening.bind(endpoint);
    listening.register(selector, SelectionKey.OP_ACCEPT);
    listener = listening;
  }

  private void accept() throws IOException {
    SocketChannel client;
    while (listener != null && (client = listener.accept()) != null) {
      accepted.incrementAndGet();
      try {
        links.add(Link.open(client, target, selector, this::line));
      } catch (IOException e) {
        // The target refuses: so does the proxy, as far as it still can.
        Link.reset(client);
      }
    }
    connections = links.size();
  }

  /** Moves all that can move, and returns how long from now there is more to do. */
  private long advance() throws IOException {
    long now = System.nanoTime();
    long wait = Flow.NEVER;
    for (Iterator<Link> each = links.iterator(); each.hasNext(); ) {
      Link link = each.next();
      try {
        wait = Math.min(wait, link.advance(scratch, now));
        if (link.finished()) {
          link.close();
          each.remove();
        }
      } catch (IOException e) {
        // One side is gone: the other is to see it as it was, a reset.
        link.reset();
        each.remove();
      }
    }
    connections = links.size();
    return wait;
  }

  /** A registered socket is closed for good by the next selection. */
  private void flushClosed() throws IOException {
    selector.selectNow();
  }
}
