package io.postbus.benchmarks;

import io.postbus.benchmarks.loops.MessageLoop;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The inner loops, by JMH: nanoseconds and allocated bytes a message. Each in a process of its own;
 * nothing to compare with but an older build, so {@code all} leaves them out.
 */
final class LoopsSuite implements Suite {
  private static final String POSTBUS = "postbus";
  private static final TimeValue ITERATION = TimeValue.seconds(1);
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final int WARM_UPS = 5;

  @Override
  public void run(Options options, Results results, Duration time) throws Exception {
    var plan =
        new OptionsBuilder()
            .include(MessageLoop.class.getPackageName())
            .forks(1)
            .warmupIterations(WARM_UPS)
            .warmupTime(ITERATION)
            .measurementIterations(options.get("rounds", WARM_UPS))
            .measurementTime(ITERATION)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    var quiet = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
    for (RunResult run : new Runner(plan, quiet).run()) {
      add(run, results);
    }
  }

  private static void add(RunResult run, Results results) {
    String name = "loops " + title(run);
    int round = 0;
    for (BenchmarkResult fork : run.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        double nanos = iteration.getPrimaryResult().getScore();
        results.add(name, "ns", POSTBUS, POSTBUS, round, nanos);
        double bytes =
            Objects.requireNonNull(iteration.getSecondaryResults().get(ALLOCATED)).getScore();
        results.add(name + ": allocated", "B", POSTBUS, POSTBUS, round, bytes);
        round++;
      }
    }
  }

  /** As in {@code DispatchLoop.publishedAndHandled, order KEY}. */
  private static String title(RunResult run) {
    String name = run.getParams().getBenchmark();
    String method = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
    return run.getParams().getParamsKeys().stream()
        .map(key -> ", " + key + " " + run.getParams().getParam(key))
        .collect(Collectors.joining("", method, ""));
  }
}
