package io.postbus.runtime.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postbus.spi.ConfigurationException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin listener: {@code /metrics} for Prometheus, {@code /live} and {@code /ready} for whoever
 * runs the process. It has no authentication: listen on the loopback or inside a cluster only.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";
  private static final int THREADS = 4;

  /** What the pages say, asked anew each time on one of the server's threads. */
  public interface Pages {
    /** The meters in Prometheus's text format. */
    String metrics();

    Page live();

    Page ready();
  }

  /**
   * An answer.
   *
   * @param good 200 or 503
   * @param json its body
   */
  public record Page(boolean good, String json) {}

  private final HttpServer server;
  private final ExecutorService threads;

  private AdminServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Begins to listen.
   *
   * @param listen port 0 for any that is free
   * @throws ConfigurationException if the address cannot be listened on
   */
  public static AdminServer start(InetSocketAddress listen, Pages pages) {
    InetSocketAddress address =
        listen.isUnresolved()
            ? new InetSocketAddress(listen.getHostString(), listen.getPort())
            : listen;
    HttpServer server;
    try {
      server = HttpServer.create(address, 64);
    } catch (IOException e) {
      throw new ConfigurationException(
          "admin.listen: cannot listen on " + text(address) + ": " + e.getMessage(), e);
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, AdminServer::thread);
    server.setExecutor(threads);
    page(server, "/metrics", () -> new Body(200, PROMETHEUS, pages.metrics()));
    page(server, "/live", () -> health(pages.live()));
    page(server, "/ready", () -> health(pages.ready()));
    page(server, "/", () -> new Body(404, PROMETHEUS, "There are /metrics, /live and /ready\n"));
    server.start();
    AdminServer started = new AdminServer(server, threads);
    LOG.info("The admin listener is on {}", text(started.address()));
    return started;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** Stops listening at once; answers under way are cut. Idempotent. */
  @Override
  public void close() {
    // A delay would always be waited out, also where nothing is under way.
    server.stop(0);
    threads.shutdownNow();
  }

  private record Body(int status, String type, String text) {}

  private static Body health(Page page) {
    return new Body(page.good() ? 200 : 503, JSON, page.json());
  }

  private static void page(HttpServer server, String path, Supplier<Body> body) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readNBytes(1024);
            boolean read = "GET".equals(exchange.getRequestMethod());
            boolean here = path.equals("/") || path.equals(exchange.getRequestURI().getPath());
            if (!read) {
              answer(exchange, new Body(405, PROMETHEUS, "GET only\n"));
            } else {
              answer(exchange, here ? body.get() : new Body(404, PROMETHEUS, "No such page\n"));
            }
          } catch (RuntimeException e) {
            LOG.warn("The admin page {} failed", path, e);
            answer(exchange, new Body(500, PROMETHEUS, "It failed; the log says why\n"));
          }
        });
  }

  private static void answer(HttpExchange exchange, Body body) throws IOException {
    byte[] bytes = body.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", body.type());
    exchange.sendResponseHeaders(body.status(), bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  private static final AtomicInteger THREAD = new AtomicInteger();

  private static Thread thread(Runnable work) {
    Thread t = new Thread(work, "postbus-admin-" + THREAD.incrementAndGet());
    t.setDaemon(true);
    return t;
  }
}
