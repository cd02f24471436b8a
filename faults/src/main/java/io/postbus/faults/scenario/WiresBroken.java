package io.postbus.faults.scenario;

import io.postbus.faults.world.Ground;
import io.postbus.faults.world.NodeHandle;
import io.postbus.faults.world.Wire;
import io.postbus.faults.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The network between nodes and the broker is broken. */
record WiresBroken(String name, How how, Whom whom, Duration lasts) implements Fault {
  private static final Duration LATENCY = Duration.ofMillis(200);

  /** What happens to bytes. */
  enum How {
    CUT,
    REFUSED,
    STALLED,
    OUTGOING_STALLED,
    INCOMING_STALLED,
    SLOW
  }

  /** Which nodes. */
  enum Whom {
    ALL,
    ONE_CONSUMER,
    PUBLISHER
  }

  @Override
  public Area area() {
    return Area.NETWORK;
  }

  @Override
  public boolean fits(World world) {
    boolean coarse = how == How.CUT || how == How.REFUSED || how == How.STALLED;
    return world.ground() instanceof Ground.Wired wired
        && (coarse || wired.wire("p1") instanceof Wire.Fine);
  }

  @Override
  public Set<String> touches() {
    return whom == Whom.ALL ? Set.of("broker", "c1", "p1") : Set.of(named());
  }

  private String named() {
    return whom == Whom.PUBLISHER ? "p1" : "c1";
  }

  private boolean concerns(NodeHandle node) {
    return whom == Whom.ALL || node.name().equals(named());
  }

  private List<Wire> wires(World world) {
    return world.nodes().stream()
        .filter(this::concerns)
        .map(n -> ((Ground.Wired) world.ground()).wire(n.name()))
        .collect(Collectors.toList());
  }

  @Override
  public void begin(World world) {
    wires(world).forEach(this::breakIt);
  }

  private void breakIt(Wire wire) {
    switch (how) {
      case CUT -> wire.cut();
      case REFUSED -> wire.refuse();
      case STALLED -> wire.stall();
      case OUTGOING_STALLED -> ((Wire.Fine) wire).stallOutgoing();
      case INCOMING_STALLED -> ((Wire.Fine) wire).stallIncoming();
      case SLOW -> ((Wire.Fine) wire).slow(LATENCY);
      default -> throw new AssertionError(how);
    }
  }

  @Override
  public void end(World world) {
    wires(world).forEach(Wire::restore);
  }

  @Override
  public Truth truth(NodeHandle node) {
    if (how == How.SLOW || (how != How.CUT && !concerns(node))) {
      return Truth.READY;
    }
    return how == How.CUT ? Truth.EITHER : Truth.UNREADY;
  }

  @Override
  public Duration notice() {
    return how == How.REFUSED ? Duration.ofSeconds(2) : Duration.ofSeconds(8);
  }
}
