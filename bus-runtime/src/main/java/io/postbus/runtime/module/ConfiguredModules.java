package io.postbus.runtime.module;

import io.postbus.Bus;
import io.postbus.Modules;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Nearest;
import io.postbus.spi.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The modules of one configuration on one bus. Thread-safe: starts and stops take turns. */
public final class ConfiguredModules implements Modules {
  private final Bus bus;
  private final Map<String, ModuleSettings> settings;
  private final ClassLoader loader;
  private final Map<String, RunningModule> running = new LinkedHashMap<>();

  public ConfiguredModules(Bus bus, Map<String, ModuleSettings> settings, ClassLoader loader) {
    this.bus = bus;
    this.settings = new LinkedHashMap<>(settings);
    this.loader = loader;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(settings.keySet());
  }

  @Override
  public synchronized Set<String> running() {
    return Set.copyOf(running.keySet());
  }

  @Override
  public synchronized void start(Collection<String> names) {
    List<Problem> problems = new ArrayList<>();
    Map<String, RunningModule> started = new LinkedHashMap<>();
    for (String name : new LinkedHashSet<>(names)) {
      ModuleSettings module = settings.get(name);
      if (module == null) {
        problems.add(unknown(name));
      } else if (!running.containsKey(name)) {
        start(module, started, problems);
      }
    }
    if (!problems.isEmpty()) {
      stopAll(started.values(), Duration.ZERO);
      throw new ConfigurationException(problems);
    }
    running.putAll(started);
  }

  @Override
  public synchronized void stop(Collection<String> names, Duration grace) {
    List<RunningModule> stopping = new ArrayList<>();
    for (String name : names) {
      RunningModule module = running.remove(name);
      if (module != null) {
        stopping.add(module);
      }
    }
    stopAll(stopping, grace);
  }

  private void start(
      ModuleSettings module, Map<String, RunningModule> started, List<Problem> problems) {
    try {
      started.put(module.name(), RunningModule.start(bus, module, loader));
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
  }

  /** All stop taking at once, so that the grace time is theirs together. */
  private static void stopAll(Collection<RunningModule> modules, Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    modules.forEach(RunningModule::pause);
    for (RunningModule module : modules) {
      long left = deadline - System.nanoTime();
      module.stop(left > 0 ? Duration.ofNanos(left) : Duration.ZERO);
    }
  }

  private Problem unknown(String name) {
    String nearest = Nearest.to(name, settings.keySet());
    String known =
        settings.isEmpty()
            ? "; the configuration has no modules"
            : nearest != null
                ? "; did you mean " + nearest + "?"
                : "; known are " + String.join(", ", settings.keySet());
    return new Problem("", "There is no module " + name + known);
  }
}
