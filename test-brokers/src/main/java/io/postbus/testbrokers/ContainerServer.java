package io.postbus.testbrokers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/**
 * A server in a Docker container. Its data lives as long as the container does, which is stopped
 * and started again, and replaced only by {@link #wipe()}. Testcontainers' reaper removes it should
 * this JVM die.
 */
final class ContainerServer implements Server {
  private final Recipe recipe;
  private @Nullable GenericContainer<?> container;
  private boolean closed;

  ContainerServer(Recipe recipe) {
    this.recipe = recipe;
  }

  @Override
  public InetSocketAddress endpoint(int port) {
    return new InetSocketAddress(DockerEngine.host(), port);
  }

  @Override
  public synchronized boolean running() {
    return container != null && Boolean.TRUE.equals(state(container).getRunning());
  }

  @Override
  public synchronized void start() {
    if (closed) {
      throw new IllegalStateException(recipe.name() + " is closed");
    }
    if (running()) {
      return;
    }
    GenericContainer<?> existing = container;
    if (existing == null) {
      container = started(recipe.container());
    } else {
      docker().startContainerCmd(existing.getContainerId()).exec();
    }
    awaitReady();
  }

  private static GenericContainer<?> started(GenericContainer<?> container) {
    try {
      container.start();
      return container;
    } catch (RuntimeException e) {
      container.stop();
      throw e;
    }
  }

  private void awaitReady() {
    InetSocketAddress address = endpoint(recipe.port());
    try {
      Eventually.within(
          START_LIMIT,
          recipe.name() + " serves " + address,
          () -> !running() || recipe.probe().ready(address));
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + log(), e);
    }
    if (!running()) {
      throw new IllegalStateException(recipe.name() + " ended while starting:\n" + log());
    }
  }

  @Override
  public synchronized void stop() {
    resume();
    if (running()) {
      docker()
          .stopContainerCmd(present().getContainerId())
          .withTimeout((int) STOP_LIMIT.toSeconds())
          .exec();
    }
  }

  @Override
  public synchronized void kill() {
    if (running()) {
      resume();
      List<String> before = recipe.beforeKill();
      if (!before.isEmpty()) {
        tool(before.toArray(String[]::new));
      }
      docker().killContainerCmd(present().getContainerId()).withSignal("KILL").exec();
      Eventually.within(STOP_LIMIT, recipe.name() + " ends after kill -9", () -> !running());
    }
  }

  @Override
  public synchronized void wipe() {
    if (container != null) {
      container.stop();
      container = null;
    }
  }

  @Override
  public synchronized void pause() {
    if (!running()) {
      throw new IllegalStateException(recipe.name() + " is not running: nothing to pause");
    }
    docker().pauseContainerCmd(present().getContainerId()).exec();
  }

  @Override
  public synchronized void resume() {
    if (container != null && Boolean.TRUE.equals(state(container).getPaused())) {
      docker().unpauseContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public String tool(String... command) {
    try {
      ExecResult result = present().execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(
            String.join(" ", command)
                + (" ended with " + result.getExitCode() + ":\n")
                + (result.getStdout() + result.getStderr()));
      }
      return result.getStdout();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + List.of(command), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + List.of(command), e);
    }
  }

  @Override
  public synchronized String log() {
    return container == null ? "(no container)" : container.getLogs();
  }

  @Override
  public synchronized void close() {
    closed = true;
    wipe();
  }

  private synchronized GenericContainer<?> present() {
    GenericContainer<?> present = container;
    if (present == null) {
      throw new IllegalStateException(recipe.name() + " has no container: start it first");
    }
    return present;
  }

  private static ContainerState state(GenericContainer<?> container) {
    return docker().inspectContainerCmd(container.getContainerId()).exec().getState();
  }

  private static DockerClient docker() {
    return DockerClientFactory.lazyClient();
  }
}
