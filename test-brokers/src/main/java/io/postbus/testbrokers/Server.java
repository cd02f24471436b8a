package io.postbus.testbrokers;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * One broker's process, wherever it runs. Thread-safe; what each operation means, {@link Broker}
 * says.
 */
interface Server extends AutoCloseable {
  Duration START_LIMIT = Duration.ofSeconds(150);
  Duration STOP_LIMIT = Duration.ofSeconds(60);

  static Server of(Recipe recipe) {
    return DockerEngine.chosen() && !recipe.everywhere()
        ? new ContainerServer(recipe)
        : new LocalServer(recipe);
  }

  InetSocketAddress endpoint(int port);

  boolean running();

  void start();

  void stop();

  void kill();

  void wipe();

  void pause();

  void resume();

  /** Runs one of the broker's own commands beside it and returns what it printed. */
  String tool(String... command);

  String log();

  @Override
  void close();
}
