package io.postbus.cli.run;

import io.postbus.cli.Globals;
import io.postbus.cli.Main;
import io.postbus.cli.Signals;
import io.postbus.cli.supervise.ChildName;
import io.postbus.cli.supervise.ChildrenPages;
import io.postbus.cli.supervise.JavaChild;
import io.postbus.cli.supervise.Supervised;
import io.postbus.cli.supervise.Supervisor;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.runtime.observe.AdminServer;
import io.postbus.spi.Quantities;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs each module in as many processes as it is configured to have. */
record Supervising(RunPlan plan, Globals globals, PrintStream out) {
  private static final Logger log = LoggerFactory.getLogger(Supervising.class);

  /** What a child needs after the grace time to settle, flush and leave. */
  private static final Duration LEAVING = Duration.ofSeconds(3);

  /** Returns the exit code when all processes have ended. */
  int run() {
    JavaChild start = new JavaChild(Main.class.getName(), this::arguments);
    try (Supervisor supervisor = new Supervisor(children(), start, out);
        AdminServer admin = serve(supervisor);
        Signals signals = Signals.take(supervisor::kill)) {
      supervisor.start();
      var unused = signals.asked().thenRun(() -> end(supervisor));
      return supervisor.ended().join();
    }
  }

  private void end(Supervisor supervisor) {
    log.info("Ending: what has begun has {} to finish", Quantities.write(plan.grace()));
    supervisor.stop(plan.grace().plus(LEAVING));
  }

  private List<Supervised> children() {
    return plan.modules().values().stream()
        .flatMap(
            module -> IntStream.rangeClosed(1, module.processes()).mapToObj(n -> child(module, n)))
        .toList();
  }

  private static Supervised child(ModuleSettings module, int number) {
    return new Supervised(new ChildName(module.name(), number), module.restartDelay());
  }

  private @org.jspecify.annotations.Nullable AdminServer serve(Supervisor supervisor) {
    return plan.host()
        .admin()
        .map(on -> AdminServer.start(on, new ChildrenPages(supervisor)))
        .orElse(null);
  }

  /** This command line again, for one module. */
  private List<String> arguments(ChildName name) {
    List<String> all = new ArrayList<>(List.of("run", name.module(), "--child", name.toString()));
    plan.configuration()
        .file()
        .ifPresent(file -> all.addAll(List.of("--config", file.toAbsolutePath().toString())));
    globals.driver().ifPresent(driver -> all.addAll(List.of("--driver", driver)));
    globals.timeout().ifPresent(limit -> all.addAll(List.of("--timeout", Quantities.write(limit))));
    globals.settings().forEach((path, value) -> all.addAll(List.of("--set", path + "=" + value)));
    for (int i = 0; i < globals.verbosity(); i++) {
      all.add("--verbose");
    }
    return all;
  }
}
