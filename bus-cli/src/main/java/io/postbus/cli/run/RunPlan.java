package io.postbus.cli.run;

import io.postbus.cli.CommandFailure;
import io.postbus.cli.config.Configuration;
import io.postbus.runtime.bus.BusSettings;
import io.postbus.runtime.config.HostSettings;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.spi.Nearest;
import io.postbus.spi.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to run, and how.
 *
 * @param modules by name, in the order of the file
 * @param grace how long handlers may finish at the end
 */
record RunPlan(
    Configuration configuration,
    Map<String, ModuleSettings> modules,
    HostSettings host,
    Duration grace) {

  /**
   * The plan for these modules; for all that are configured, if none is named.
   *
   * @throws CommandFailure if one is not configured, or there is none
   * @throws io.postbus.spi.ConfigurationException with every problem of the configuration
   */
  static RunPlan of(Configuration configuration, List<String> names) {
    configuration.builder().check();
    Settings root = configuration.source().load();
    Map<String, ModuleSettings> all = ModuleSettings.read(root);
    return new RunPlan(
        configuration,
        chosen(all, names),
        HostSettings.read(root),
        BusSettings.read(root, Configuration.DEFAULT_STORE).grace());
  }

  /** The same with an admin listener that only this machine reaches, if there is to be one. */
  RunPlan onAnyPort() {
    Optional<InetSocketAddress> any =
        host.admin().map(wanted -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    HostSettings own = new HostSettings(any, host.level(), host.format(), host.legacyMetrics());
    return new RunPlan(configuration, modules, own, grace);
  }

  List<String> names() {
    return new ArrayList<>(modules.keySet());
  }

  /** Whether there is more than one process of a module. */
  boolean supervised() {
    return modules.values().stream().anyMatch(module -> module.processes() > 1);
  }

  private static Map<String, ModuleSettings> chosen(
      Map<String, ModuleSettings> all, List<String> names) {
    if (all.isEmpty()) {
      throw CommandFailure.usage(
          "The configuration has no modules; name one that has, as in -c postbus.yaml");
    }
    if (names.isEmpty()) {
      return all;
    }
    Map<String, ModuleSettings> chosen = new LinkedHashMap<>();
    for (String name : names) {
      ModuleSettings module = all.get(name);
      if (module == null) {
        throw unknown(name, all);
      }
      chosen.put(name, module);
    }
    return chosen;
  }

  private static CommandFailure unknown(String name, Map<String, ModuleSettings> all) {
    String nearest = Nearest.to(name, all.keySet());
    return CommandFailure.notFound(
        "There is no module "
            + name
            + (nearest == null
                ? "; there are " + String.join(", ", all.keySet())
                : "; did you mean " + nearest + "?"));
  }
}
