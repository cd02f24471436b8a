package io.postbus.faults.world;

import io.postbus.faults.node.NodeMain;
import io.postbus.faults.node.NodePlan;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node in a JVM of its own. Not safe against several threads. */
final class ChildNode implements NodeHandle.Killable {
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final Duration KILL = Duration.ofSeconds(10);
  private static final int TAIL = 40;
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  private final Path folder;
  private NodePlan plan;
  private final int admin;
  private @Nullable Process process;
  private @Nullable Writer commands;

  ChildNode(NodePlan plan, Path folder) {
    this.folder = folder;
    this.admin = freePort();
    Map<String, String> bus = new HashMap<>(plan.bus());
    bus.put("admin.listen", "127.0.0.1:" + admin);
    bus.put("health.required", "true");
    this.plan = new NodePlan(plan.name(), plan.handles(), plan.clockOff(), plan.journal(), bus);
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "kill-" + plan.name()));
  }

  @Override
  public String name() {
    return plan.name();
  }

  @Override
  public boolean handles() {
    return plan.handles();
  }

  @Override
  public void start() {
    Path file = folder.resolve(name() + ".properties");
    plan.write(file);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Dfaults.level=INFO");
    command.addAll(List.of("-cp", classPath()));
    command.addAll(List.of(NodeMain.class.getName(), file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    try {
      Process started = builder.start();
      process = started;
      commands = started.outputWriter(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a node", e);
    }
  }

  @Override
  public boolean running() {
    return process != null && process.isAlive();
  }

  @Override
  public void command(String line) {
    Writer to = commands;
    if (to == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name() + " does not listen:\n" + log(), e);
    }
  }

  @Override
  public boolean ready() {
    return says("/ready");
  }

  @Override
  public boolean live() {
    return says("/live");
  }

  private boolean says(String page) {
    URI uri = URI.create("http://127.0.0.1:" + admin + page);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean stop(Duration limit) {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return true;
    }
    // Process.destroy would also close its standard input, which means something else to it.
    signal("TERM");
    return ended(running, limit);
  }

  @Override
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      if (!ended(running, KILL)) {
        throw new IllegalStateException(name() + " is still there after kill -9");
      }
    }
  }

  @Override
  public void freeze() {
    signal("STOP");
  }

  @Override
  public void thaw() {
    signal("CONT");
  }

  private void signal(String signal) {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(running.pid())).start();
      if (!ended(kill, KILL) || kill.exitValue() != 0) {
        throw new IllegalStateException("kill -" + signal + " failed for " + name());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void clockOff(Duration off) {
    plan = new NodePlan(plan.name(), plan.handles(), off, plan.journal(), plan.bus());
  }

  @Override
  public String log() {
    try {
      List<String> lines = Files.readAllLines(logFile(), StandardCharsets.ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  /** The node runs in another folder. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path logFile() {
    return folder.resolve(name() + ".log");
  }

  private static boolean ended(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Outside of this node's life somebody else could take it: then the node says so and ends. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
