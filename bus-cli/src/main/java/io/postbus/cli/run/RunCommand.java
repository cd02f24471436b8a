package io.postbus.cli.run;

import ch.qos.logback.classic.Level;
import io.postbus.cli.Invocation;
import io.postbus.cli.Signals;
import io.postbus.cli.logging.Logging;
import io.postbus.cli.supervise.ParentProcess;
import io.postbus.runtime.config.HostSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = {
      "runs modules of the configuration until it is told to end (Ctrl-C, SIGTERM).",
      "Then what has begun may finish within shutdown.grace; a second signal ends it at once."
    })
public final class RunCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "MODULE", arity = "0..*", description = "the modules (default: all)")
  List<String> modules = List.of();

  @Option(names = "--child", hidden = true, description = "the process's name at its supervisor")
  String child = "";

  RunCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    RunPlan plan = RunPlan.of(invocation.configuration(), modules);
    log(plan.host());
    if (!child.isEmpty()) {
      return asChild(plan);
    }
    if (plan.supervised()) {
      return new Supervising(plan, invocation.globals(), invocation.cli().out()).run();
    }
    try (Signals signals = Signals.take(() -> {})) {
      return new InProcess(plan, signals, port -> {}).run();
    }
  }

  private int asChild(RunPlan plan) {
    try (Signals signals = Signals.ofChild()) {
      ParentProcess parent = new ParentProcess(invocation.cli().in(), invocation.cli().out());
      parent.whenGone(signals::ask);
      return new InProcess(plan.onAnyPort(), signals, parent::started).run();
    }
  }

  private void log(HostSettings host) {
    Level configured = Level.toLevel(host.level().name());
    Level asked = invocation.globals().verbosity() > 0 ? Level.DEBUG : configured;
    Level level = configured.isGreaterOrEqual(asked) ? asked : configured;
    new Logging(level, host.format(), child).use();
  }
}
