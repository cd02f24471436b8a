package io.postbus.runtime.config;

import io.postbus.Subscription;
import io.postbus.message.Names;
import io.postbus.runtime.codec.Jackson;
import io.postbus.runtime.config.ModuleSettings.HandlerKind;
import io.postbus.spi.Located;
import io.postbus.spi.Nearest;
import io.postbus.spi.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Makes the {@link ModuleSettings} of a configuration. One thread, used once. */
final class ModulesReader {
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Settings root;
  private final Set<String> drivers;

  ModulesReader(Settings root) {
    this.root = root;
    this.drivers = new TreeSet<>(root.section("drivers").keys());
    drivers.add(root.text("driver", "memory"));
  }

  Map<String, ModuleSettings> read() {
    Subscription base = Subscription.group("defaults");
    Subscription defaults =
        root.has("defaults") ? ConsumerReader.policies(root.section("defaults"), base) : base;
    Map<String, ModuleSettings> all = new LinkedHashMap<>();
    Map<String, String> groups = new LinkedHashMap<>();
    root.section("modules")
        .sections()
        .forEach(
            (name, s) -> {
              ModuleSettings module = module(name, s, defaults);
              all.put(name, module);
              unique(s, module, groups);
            });
    return all;
  }

  private ModuleSettings module(String name, Settings s, Subscription defaults) {
    try {
      Names.group(name);
    } catch (IllegalArgumentException e) {
      s.problem("", "is no name for a module: " + e.getMessage());
    }
    Subscription own = defaults.module(name).driver(driver(s));
    HandlerKind handler = handler(s);
    List<Subscription> consumers = consumers(name, s, own, handler);
    Optional<String> from = s.text("consumers-from");
    if (from.isPresent() && !consumers.isEmpty()) {
      s.problem("consumers-from", "stands beside consumers; keep one of them");
    } else if (from.isEmpty() && !s.has("consumers")) {
      s.problem("consumers", "is missing; name at least one consumer, or consumers-from a class");
    }
    return new ModuleSettings(
        name,
        handler,
        s.integer("processes", 1, 1, 256),
        s.duration("restart-delay", Duration.ofSeconds(1), SHORTEST, LONGEST),
        ModuleSettings.own(name, settings(s)),
        consumers,
        from,
        own);
  }

  private static Optional<Located> settings(Settings s) {
    Optional<Located> own = s.raw("settings");
    if (own.isPresent() && !(own.get().value() instanceof Map)) {
      s.problem("settings", "must be a section of keys");
      return Optional.empty();
    }
    return own;
  }

  private String driver(Settings s) {
    Optional<String> driver = s.text("driver");
    if (driver.isPresent() && !drivers.contains(driver.get()) && !drivers.isEmpty()) {
      String nearest = Nearest.to(driver.get(), drivers);
      if (nearest != null) {
        s.problem(
            "driver",
            "is \""
                + driver.get()
                + "\", which is not under drivers; did you mean "
                + nearest
                + "?");
      }
    }
    return driver.orElse("");
  }

  private static HandlerKind handler(Settings s) {
    List<String> given = List.of("handler", "exec", "http").stream().filter(s::has).toList();
    if (given.size() > 1) {
      s.problem(given.get(1), "stands beside " + given.get(0) + "; a module has one handler");
    }
    Optional<String> className = s.text("handler");
    List<String> command = s.texts("exec");
    Optional<URI> url = s.scalar("http", ModulesReader::httpUrl);
    if (className.isPresent()) {
      return new HandlerKind.OfClass(className.get());
    }
    if (s.has("exec")) {
      if (command.isEmpty()) {
        s.problem("exec", "is empty; name a program and its arguments");
      } else if (!Jackson.isPresent()) {
        s.problem("exec", "talks JSON with its program, which " + Jackson.NEEDED);
      }
      return new HandlerKind.Exec(command);
    }
    return url.<HandlerKind>map(HandlerKind.Http::new).orElseGet(HandlerKind.Discovered::new);
  }

  private static URI httpUrl(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is not a URL", e);
    }
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IllegalArgumentException("must be like http://localhost:8080/events");
    }
    return url;
  }

  private List<Subscription> consumers(
      String module, Settings s, Subscription defaults, HandlerKind handler) {
    List<Subscription> all = new ArrayList<>();
    s.section("consumers")
        .sections()
        .forEach(
            (name, c) -> {
              all.add(ConsumerReader.consumer(module, name, c, defaults));
              boolean single =
                  handler instanceof HandlerKind.Exec || handler instanceof HandlerKind.Http;
              if (c.has("batch") && single) {
                c.problem("batch", "needs a handler class; exec and http take one at a time");
              }
            });
    return all;
  }

  /** Two consumers of one group would take each other's messages. */
  private static void unique(Settings s, ModuleSettings module, Map<String, String> groups) {
    for (Subscription c : module.consumers()) {
      String name = module.name() + "." + c.consumer();
      String other = groups.putIfAbsent(c.group(), name);
      if (other != null) {
        s.section("consumers")
            .section(c.consumer())
            .problem("group", "is " + c.group() + ", which is the group of " + other + " too");
      }
    }
  }
}
