package io.postbus.testbrokers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** What all our containers have in common. */
final class Containers {
  private Containers() {}

  /**
   * A container that publishes its ports as given (of the container to of the host), since a port
   * that Docker picks would change with every restart.
   */
  static GenericContainer<?> of(String variable, String image, Map<Integer, Integer> ports) {
    String chosen = System.getenv().getOrDefault(variable, image);
    List<String> bindings = new ArrayList<>();
    ports.forEach((inside, outside) -> bindings.add(outside + ":" + inside));
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(chosen));
    container.setPortBindings(bindings);
    container.waitingFor(new NoWait());
    return container;
  }

  /** The server waits by its own probe, the same after every start. */
  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
