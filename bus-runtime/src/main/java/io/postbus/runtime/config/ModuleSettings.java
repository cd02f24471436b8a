package io.postbus.runtime.config;

import io.postbus.Subscription;
import io.postbus.spi.Located;
import io.postbus.spi.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry under {@code modules}.
 *
 * @param processes how many processes run it on this machine, under {@code postbus run}
 * @param restartDelay how long after its death a process is started again, at first
 * @param settings the module's own, for its handler to read and check
 * @param consumers those in the file, in its order
 * @param consumersFrom the class that computes them instead
 * @param defaults what its consumers inherit
 */
public record ModuleSettings(
    String name,
    HandlerKind handler,
    int processes,
    Duration restartDelay,
    Settings settings,
    List<Subscription> consumers,
    Optional<String> consumersFrom,
    Subscription defaults) {

  /** What handles a module's deliveries. */
  public sealed interface HandlerKind {
    /** A class that implements {@link io.postbus.ModuleHandler}. */
    record OfClass(String className) implements HandlerKind {}

    /** The one {@link io.postbus.ModuleHandler} that ServiceLoader finds. */
    record Discovered() implements HandlerKind {}

    /** A program that is fed lines. */
    record Exec(List<String> command) implements HandlerKind {}

    /** A server that is posted to. */
    record Http(URI url) implements HandlerKind {}
  }

  /** Reads {@code defaults} and {@code modules}, noting every problem in {@code root}. */
  public static Map<String, ModuleSettings> read(Settings root) {
    return new ModulesReader(root).read();
  }

  /** The settings as they stand in the file, for showing. */
  static Settings own(String name, Optional<Located> section) {
    String path = "modules." + name + ".settings";
    return section.map(l -> Settings.of(path, l)).orElseGet(() -> Settings.of(path, EMPTY));
  }

  private static final Located EMPTY = new Located(Map.of(), "");
}
