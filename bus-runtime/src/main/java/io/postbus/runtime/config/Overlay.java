package io.postbus.runtime.config;

import io.postbus.spi.Located;
import io.postbus.spi.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Lays values from elsewhere over those of the file, each later source over the earlier: the
 * environment ({@code POSTBUS__DRIVERS__RABBITMQ__QUEUE_TYPE}), system properties ({@code
 * postbus.drivers.rabbitmq.queue-type}), code. A value that begins with <code>[</code> or <code>{
 * </code> is YAML. One use, one thread.
 */
final class Overlay {
  /** How the place of a value from the environment begins. */
  static final String ENVIRONMENT = "environment ";

  private static final String PREFIX = "POSTBUS__";
  private static final String PROPERTY = "postbus.";

  private final Map<String, Located> root;
  private final Substitution substitution;
  private final List<Problem> problems;

  Overlay(Map<String, Located> root, Substitution substitution, List<Problem> problems) {
    this.root = root;
    this.substitution = substitution;
    this.problems = problems;
  }

  Overlay environment(Map<String, String> variables) {
    new TreeMap<>(variables)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && name.length() > PREFIX.length()) {
                String path =
                    name.substring(PREFIX.length())
                        .replace("__", ".")
                        .replace('_', '-')
                        .toLowerCase(Locale.ROOT);
                put(path, text(value, path, ENVIRONMENT + name), ENVIRONMENT + name);
              }
            });
    return this;
  }

  Overlay properties(Properties properties) {
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (name.startsWith(PROPERTY)) {
        String path = name.substring(PROPERTY.length());
        String place = "system property " + name;
        put(path, text(properties.getProperty(name), path, place), place);
      }
    }
    return this;
  }

  Overlay code(Map<String, ?> settings) {
    settings.forEach((path, value) -> put(path, located(value, "code"), "code"));
    return this;
  }

  private Located text(String value, String path, String place) {
    if (value.startsWith("[") || value.startsWith("{")) {
      Map<String, Located> parsed =
          new YamlTree(place, substitution, problems).read("value: " + value);
      Located v = parsed.get("value");
      return v == null ? new Located("", place) : moved(v, place);
    }
    Object substituted = substitution.apply(value, path, place, problems);
    return new Located(substituted == null ? "" : substituted, place);
  }

  /** The value with every part of it placed where it came from: it has no lines. */
  private static Located moved(Located v, String place) {
    if (v.value() instanceof List<?> items) {
      return new Located(items.stream().map(i -> moved((Located) i, place)).toList(), place);
    }
    if (v.value() instanceof Map<?, ?> map) {
      Map<String, Located> out = new LinkedHashMap<>();
      map.forEach((k, i) -> out.put((String) k, moved((Located) i, place)));
      return new Located(out, place);
    }
    return new Located(v.value(), place);
  }

  private static Located located(Object value, String place) {
    if (value instanceof Located l) {
      return l;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Located> out = new LinkedHashMap<>();
      map.forEach((k, v) -> out.put(String.valueOf(k), located(v, place)));
      return new Located(out, place);
    }
    if (value instanceof Iterable<?> items) {
      List<Located> out = new ArrayList<>();
      items.forEach(i -> out.add(located(i, place)));
      return new Located(out, place);
    }
    boolean asItIs =
        value instanceof Number || value instanceof Boolean || value instanceof Supplier;
    return new Located(asItIs ? value : String.valueOf(value), place);
  }

  private void put(String path, Located value, String place) {
    put(root, path, value, place);
  }

  /**
   * Finds the section by the path. Names may contain dots (topics do), so the longest key that is
   * there wins over the shortest word.
   */
  @SuppressWarnings("unchecked")
  private static void put(Map<String, Located> section, String path, Located value, String place) {
    String key = longest(section, path);
    if (key.length() == path.length()) {
      section.put(key, value);
      return;
    }
    Located inner = section.get(key);
    Map<String, Located> next =
        inner != null && inner.value() instanceof Map
            ? (Map<String, Located>) inner.value()
            : new LinkedHashMap<>();
    if (inner == null || inner.value() != next) {
      section.put(key, new Located(next, place));
    }
    put(next, path.substring(key.length() + 1), value, place);
  }

  private static String longest(Map<String, Located> section, String path) {
    String best = null;
    for (String key : section.keySet()) {
      boolean fits = path.equals(key) || path.startsWith(key + ".");
      if (fits && (best == null || key.length() > best.length())) {
        best = key;
      }
    }
    if (best != null) {
      return best;
    }
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }
}
