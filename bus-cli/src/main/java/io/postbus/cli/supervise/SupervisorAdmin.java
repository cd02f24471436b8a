package io.postbus.cli.supervise;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.postbus.cli.output.Json;
import io.postbus.cli.supervise.Child.State;
import io.postbus.cli.supervise.ChildAnswers.Answer;
import io.postbus.spi.ConfigurationException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * The admin listener of a supervisor: one answer for all its children. Thread-safe.
 *
 * <p>Live is it as long as no child says that it is not; one that is being started again does not
 * count. Ready is it when every child runs and says so.
 */
public final class SupervisorAdmin implements AutoCloseable {
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";

  private final Supervisor supervisor;
  private final HttpServer server;
  private final ExecutorService threads;
  private final ChildAnswers answers = new ChildAnswers();

  private SupervisorAdmin(Supervisor supervisor, HttpServer server) {
    this.supervisor = supervisor;
    this.server = server;
    this.threads =
        Executors.newFixedThreadPool(
            2,
            work -> {
              Thread thread = new Thread(work, "postbus-admin");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Listens.
   *
   * @throws ConfigurationException if the address cannot be listened on
   */
  public static SupervisorAdmin listen(Supervisor supervisor, InetSocketAddress wanted) {
    InetSocketAddress address = new InetSocketAddress(wanted.getHostString(), wanted.getPort());
    try {
      SupervisorAdmin admin = new SupervisorAdmin(supervisor, HttpServer.create(address, 0));
      admin.start();
      return admin;
    } catch (IOException e) {
      throw new ConfigurationException(
          "admin.listen: cannot listen on "
              + wanted.getHostString()
              + ":"
              + wanted.getPort()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void start() {
    server.setExecutor(threads);
    server.createContext("/metrics", exchange -> send(exchange, 200, METRICS, metrics()));
    server.createContext("/live", exchange -> health(exchange, "/live", false));
    server.createContext("/ready", exchange -> health(exchange, "/ready", true));
    server.start();
  }

  private String metrics() {
    List<Child.Status> children = supervisor.children();
    MergedMetrics merged = new MergedMetrics();
    for (Child.Status child : children) {
      merged.add(child.name().toString(), own(child));
    }
    answers.ask(children, "/metrics").forEach((name, answer) -> merged.add(name, answer.body()));
    return merged.text();
  }

  private static String own(Child.Status child) {
    return """
        # HELP messagebus_process_up Whether the process runs
        # TYPE messagebus_process_up gauge
        messagebus_process_up %d
        # HELP messagebus_process_starts_total How often the process has been started
        # TYPE messagebus_process_starts_total counter
        messagebus_process_starts_total %d
        """
        .formatted(child.state() == State.RUNNING ? 1 : 0, child.starts());
  }

  private void health(HttpExchange exchange, String path, boolean allMustRun) throws IOException {
    List<Child.Status> children = supervisor.children();
    Map<String, Answer> answered = answers.ask(children, path);
    boolean good = answered.values().stream().allMatch(Answer::good);
    if (allMustRun) {
      good &= children.stream().allMatch(c -> c.state() == State.RUNNING);
    }
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("status", good ? "up" : "down");
    ObjectNode processes = body.putObject("processes");
    for (Child.Status child : children) {
      describe(child, answered.get(child.name().toString()), processes);
    }
    send(exchange, good ? 200 : 503, JSON, body.toString() + "\n");
  }

  private static void describe(
      Child.Status child, @org.jspecify.annotations.Nullable Answer answer, ObjectNode processes) {
    ObjectNode process = processes.putObject(child.name().toString());
    process.put("state", child.state().name().toLowerCase(java.util.Locale.ROOT));
    process.put("starts", child.starts());
    if (answer != null && !answer.body().isEmpty()) {
      try {
        process.set("health", Json.mapper().readTree(answer.body()));
      } catch (JacksonException notJson) {
        process.put("health", answer.body());
      }
    }
  }

  private static void send(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Stops listening. Idempotent. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
