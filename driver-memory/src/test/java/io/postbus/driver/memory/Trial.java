package io.postbus.driver.memory;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
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

/** A run of a contract for something broken, and which of its parts failed. */
final class Trial implements TestExecutionListener {
  private static final ThreadLocal<Object> CURRENT = new ThreadLocal<>();

  private final TreeMap<String, List<String>> failures = new TreeMap<>();
  private int run;

  private Trial() {}

  /** Runs these tests of the contract, whose fixture asks for {@link #current}. */
  static Trial of(Class<?> contract, Object broken, Predicate<TestDescriptor> tests) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(contract))
            .filters(
                (PostDiscoveryFilter)
                    test -> FilterResult.includedIf(!test.isTest() || tests.test(test)))
            .build();
    Trial trial = new Trial();
    CURRENT.set(broken);
    try {
      LauncherFactory.create().execute(request, trial);
    } finally {
      CURRENT.remove();
    }
    return trial;
  }

  /** What is on trial in this thread. */
  static <T> T current(Class<T> type) {
    return type.cast(CURRENT.get());
  }

  /** The names of a contract's parts. */
  static Set<String> parts(Class<?> contract) {
    return Stream.of(contract.getDeclaredClasses())
        .filter(c -> c.isAnnotationPresent(Nested.class))
        .map(Class::getSimpleName)
        .collect(Collectors.toSet());
  }

  /** The parts that failed. */
  Set<String> failed() {
    if (run == 0) {
      throw new AssertionError("No test was run");
    }
    return failures.keySet();
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
}
