package io.postbus.testbrokers;

import java.net.InetSocketAddress;

/**
 * A real broker or database, private to the test that started it, which can be stopped, killed,
 * frozen and emptied.
 *
 * <p>Thread-safe: operations exclude each other, so that a fault thread may break what test threads
 * use. Address and credentials stay the same for life. Every operation returns when it has taken
 * effect, or throws {@link IllegalStateException} with the end of the broker's log when its limit
 * has passed. Should the JVM die without {@link #close()}, even by {@code kill -9}, the broker is
 * ended and its folder removed all the same.
 */
public abstract class Broker implements AutoCloseable {
  private final Recipe recipe;
  private final Server server;
  private boolean shared;

  Broker(Recipe recipe) {
    this.recipe = recipe;
    this.server = Server.of(recipe);
  }

  /** The kind of broker, as in {@code rabbitmq}. */
  public final String name() {
    return recipe.name();
  }

  /** Where clients connect. */
  public final InetSocketAddress endpoint() {
    return server.endpoint(recipe.port());
  }

  /** Whether the process is there; a paused one is. */
  public final boolean running() {
    return server.running();
  }

  /** Starts what is not running, on the same port and with the data that it had. */
  public final void start() {
    server.start();
  }

  /** Stops it in order, so that it can write what it wants to keep. */
  public final void stop() {
    server.stop();
  }

  /**
   * Ends it as {@code kill -9} does. RabbitMQ is first made to write down which queues it has,
   * which it otherwise does up to two seconds late.
   */
  public final void kill() {
    server.kill();
  }

  /** Stops it in order if it runs, and starts it with the data that it had. */
  public final void restart() {
    server.stop();
    server.start();
  }

  /** Kills it and throws its data away; it stays down until {@link #start()}. */
  public final void wipe() {
    server.wipe();
  }

  /** Freezes it: connections stay open, nothing is answered. */
  public final void pause() {
    server.pause();
  }

  /** Lets it go on after {@link #pause()}. */
  public final void resume() {
    server.resume();
  }

  /** The last lines of the broker's log. */
  public final String log() {
    return server.log();
  }

  /**
   * Ends it at once and removes what it wrote; for a shared broker the end of the JVM does that.
   */
  @Override
  public final void close() {
    if (!shared) {
      server.close();
    }
  }

  @Override
  public final String toString() {
    return name() + " at " + endpoint();
  }

  /** The broker, started; closed if that failed. */
  static <B extends Broker> B started(B broker) {
    try {
      broker.start();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  final InetSocketAddress endpoint(int port) {
    return server.endpoint(port);
  }

  final String tool(String... command) {
    return server.tool(command);
  }

  /** Keeps this broker until the end of the JVM. */
  final void share() {
    shared = true;
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "close-" + name()));
  }
}
