package io.postbus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.faults.scenario.Area;
import io.postbus.faults.scenario.Pace;
import io.postbus.faults.scenario.Scenario;
import io.postbus.faults.scenario.Scenarios;
import io.postbus.faults.world.Ground;
import io.postbus.faults.world.Grounds;
import io.postbus.faults.world.Site;
import io.postbus.faults.world.World;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short version of every scenario that a driver can suffer, one after the other in one world; the
 * long ones are for {@code dev/faults}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShortFaults {
  private static final long SEED = 1;

  private final Site site;
  private final Set<Area> areas;
  private final AtomicInteger trials = new AtomicInteger();
  private Ground ground;
  private World world;

  /**
   * The scenarios of a driver.
   *
   * @param areas what has nothing to do with a driver need not be tried on each
   */
  ShortFaults(String driver, Set<Area> areas) {
    this(driver, "", areas);
  }

  /** The scenarios of one of the driver's other sites. */
  ShortFaults(String driver, String what) {
    this(driver, what, EnumSet.allOf(Area.class));
  }

  private ShortFaults(String driver, String what, Set<Area> areas) {
    this.site =
        Grounds.of(driver).stream().filter(s -> s.what().equals(what)).findFirst().orElseThrow();
    this.areas = areas;
  }

  /** Three nodes on a machine that does other work as well begin slowly. */
  @BeforeAll
  @Timeout(300)
  void open(@TempDir Path folder) {
    ground = site.ground().get();
    world = World.open(ground, folder, 2);
  }

  @AfterAll
  void close() {
    if (world != null) {
      world.close();
    } else if (ground != null) {
      ground.close();
    }
  }

  List<Named<Scenario>> scenarios() {
    return Scenarios.brief().stream()
        .filter(s -> s.fits(world) && site.takes(s.name()) && areas.contains(s.area()))
        .map(s -> Named.of(s.name(), s))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void losesNothingAndIsBackByItself(Scenario scenario) {
    Verdict verdict =
        new Trial(world, Pace.SHORT).run("t" + trials.incrementAndGet(), scenario, SEED);

    assertThat(verdict.problems()).as("%s: %s", scenario.name(), verdict.account()).isEmpty();
    assertThat(verdict.account().confirmed()).isPositive();
  }
}
