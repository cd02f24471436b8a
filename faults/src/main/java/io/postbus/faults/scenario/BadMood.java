package io.postbus.faults.scenario;

import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The handlers behave badly; the mood is one of the node's.
 *
 * @param besides what has to be well meanwhile
 */
record BadMood(String name, String mood, Duration lasts, Set<String> besides) implements Fault {
  /** A process that is killed meanwhile takes no command and comes back in a good mood. */
  private static final Set<String> HANDLERS = Set.of("handlers", "c1");

  BadMood(String name, String mood, Duration lasts) {
    this(name, mood, lasts, Set.of());
  }

  @Override
  public Area area() {
    return Area.HANDLER;
  }

  @Override
  public boolean fits(World world) {
    return true;
  }

  @Override
  public Set<String> touches() {
    return Stream.concat(HANDLERS.stream(), besides.stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void begin(World world) {
    world.consumers().forEach(n -> n.command("mood " + mood));
  }

  @Override
  public void end(World world) {
    world.consumers().forEach(n -> n.command("mood well"));
  }

  @Override
  public Truth truth(NodeHandle node) {
    return Truth.READY;
  }
}
