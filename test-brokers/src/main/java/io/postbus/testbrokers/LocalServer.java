package io.postbus.testbrokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server of this machine, run from a temporary folder of its own. */
final class LocalServer implements Server {
  private static final Duration TOOL_LIMIT = Duration.ofSeconds(60);
  private static final int LOG_LINES = 40;

  private final Recipe recipe;
  private final Path folder;
  private final Path log;
  private @Nullable GuardedProcess process;
  private boolean paused;
  private boolean closed;

  LocalServer(Recipe recipe) {
    this.recipe = recipe;
    this.folder = Folder.create(recipe.name());
    this.log = folder.resolve("server.log");
  }

  @Override
  public InetSocketAddress endpoint(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public synchronized boolean running() {
    return process != null && process.alive();
  }

  @Override
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException(recipe.name() + " is closed");
    }
    if (running()) {
      return;
    }
    try {
      GuardedProcess started =
          GuardedProcess.start(folder, log, recipe.sweep(), recipe.server(folder));
      process = started;
      paused = false;
      awaitReady(started);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + recipe.name(), e);
    }
  }

  private void awaitReady(GuardedProcess started) {
    InetSocketAddress address = endpoint(recipe.port());
    try {
      Eventually.within(
          START_LIMIT,
          recipe.name() + " serves " + address,
          () -> !started.alive() || recipe.probe().ready(address));
    } catch (IllegalStateException e) {
      started.kill();
      throw new IllegalStateException(e.getMessage() + "\n" + log(), e);
    }
    if (!started.alive()) {
      throw new IllegalStateException(recipe.name() + " ended while starting:\n" + log());
    }
  }

  @Override
  public synchronized void stop() {
    resume();
    GuardedProcess running = process;
    if (running != null && !running.terminate(recipe.stopSignal(), STOP_LIMIT)) {
      running.kill();
      throw new IllegalStateException(
          recipe.name() + " did not stop within " + STOP_LIMIT + " and was killed:\n" + log());
    }
  }

  @Override
  public synchronized void kill() {
    try {
      List<String> before = recipe.beforeKill();
      if (running() && !paused && !before.isEmpty()) {
        tool(before.toArray(String[]::new));
      }
    } finally {
      end();
    }
  }

  private void end() {
    if (process != null) {
      process.kill();
    }
  }

  @Override
  public synchronized void wipe() {
    end();
    sweep();
    Folder.delete(folder.resolve("data"));
  }

  private void sweep() {
    List<String> script = List.of("/bin/sh", "-c", recipe.sweep(), "sweep", folder.toString());
    Commands.run(script, Map.of(), TOOL_LIMIT);
  }

  @Override
  public synchronized void pause() {
    if (process == null || !process.alive()) {
      throw new IllegalStateException(recipe.name() + " is not running: nothing to pause");
    }
    process.pause();
    paused = true;
  }

  @Override
  public synchronized void resume() {
    if (paused && process != null) {
      process.resume();
    }
    paused = false;
  }

  @Override
  public String tool(String... command) {
    Recipe.Launch launch = recipe.tool(folder, List.of(command));
    return Commands.run(launch.command(), launch.environment(), TOOL_LIMIT);
  }

  @Override
  public String log() {
    return Folder.tail(log, LOG_LINES);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      end();
      sweep();
      Folder.delete(folder);
    }
  }
}
