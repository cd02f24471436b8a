package io.postbus.driver.memory;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.postbus.spi.DriverProvider;
import io.postbus.tck.DriverContract;
import io.postbus.tck.DriverFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of the contract for a broken driver, and which of its parts failed. */
final class Trial implements TestExecutionListener {
  private static final ThreadLocal<Broken> CURRENT = new ThreadLocal<>();
  private static final String VOLUME = "[nested-class:Volume]";

  private final TreeMap<String, List<String>> failures = new TreeMap<>();
  private int run;

  private Trial() {}

  static Trial withoutVolume(Broken broken) {
    return new Trial().of(broken, false);
  }

  static Trial ofVolume(Broken broken) {
    return new Trial().of(broken, true);
  }

  /** The contracts that failed. */
  Set<String> failed() {
    if (run == 0) {
      throw new AssertionError("No test was run");
    }
    return failures.keySet();
  }

  private Trial of(Broken broken, boolean volume) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(Contract.class))
            .filters((PostDiscoveryFilter) test -> included(test, volume))
            .build();
    CURRENT.set(broken);
    try {
      LauncherFactory.create().execute(request, this);
    } finally {
      CURRENT.remove();
    }
    return this;
  }

  private static FilterResult included(TestDescriptor test, boolean volume) {
    boolean is = test.getUniqueId().toString().contains(VOLUME);
    return FilterResult.includedIf(!test.isTest() || is == volume);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      run++;
    }
    if (result.getStatus() != Status.SUCCESSFUL) {
      failures
          .computeIfAbsent(contract(test), c -> new ArrayList<>())
          .add(
              test.getDisplayName()
                  + ": "
                  + result
                      .getThrowable()
                      .map(Throwable::toString)
                      .orElse("")
                      .lines()
                      .limit(3)
                      .toList());
    }
  }

  private static String contract(TestIdentifier test) {
    return test.getUniqueIdObject().getSegments().stream()
        .filter(s -> s.getType().equals("nested-class"))
        .map(s -> s.getValue())
        .findFirst()
        .orElse("the whole");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    failures.forEach(
        (contract, tests) -> text.append(contract).append(' ').append(tests).append('\n'));
    return text.toString();
  }

  /** The contract of whichever driver is on trial in this thread. */
  static final class Contract extends DriverContract {
    @Override
    protected DriverFixture open() {
      Broken broken = CURRENT.get();
      return new MemoryFixture() {
        @Override
        public DriverProvider provider() {
          return broken.provider();
        }

        @Override
        public Duration patience() {
          return Duration.ofSeconds(5);
        }

        @Override
        public int volume() {
          return 20_000;
        }
      };
    }
  }
}
