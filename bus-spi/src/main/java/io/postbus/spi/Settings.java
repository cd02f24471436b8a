package io.postbus.spi;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A section of the configuration, read value by value. A read never throws for a bad value: it
 * notes the problem and returns the default; {@link #check()} then throws with everything that was
 * noted and every key that nobody has read. One thread.
 *
 * <p>Keys are kebab-case. It is long for its one reason: a method for each type of value.
 */
public final class Settings {
  private final String path;
  private final String place;
  private final Map<String, Located> values;
  private final List<Problem> problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final Map<String, Settings> sections = new LinkedHashMap<>();

  private Settings(String path, String place, Map<String, Located> values, List<Problem> problems) {
    this.path = path;
    this.place = place;
    this.values = values;
    this.problems = problems;
  }

  /**
   * The root of a configuration.
   *
   * @param path what the keys' paths begin with: empty, or a section's path
   */
  public static Settings of(String path, Located section) {
    return new Settings(path, section.place(), entries(section), new ArrayList<>());
  }

  /** Settings made in code: plain values, lists and maps. */
  public static Settings of(Map<String, ?> values) {
    return of("", locate(values));
  }

  private static Located locate(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Located> out = new LinkedHashMap<>();
      map.forEach((k, v) -> out.put(String.valueOf(k), locate(String.valueOf(k), v)));
      return new Located(out, "");
    }
    return locate("", value);
  }

  private static Located locate(String key, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("The setting " + key + " is null");
    }
    if (value instanceof Located l) {
      return l;
    }
    if (value instanceof Map) {
      return locate(value);
    }
    if (value instanceof Collection<?> items) {
      return new Located(items.stream().map(i -> locate(key, i)).toList(), "");
    }
    boolean plain = value instanceof Number || value instanceof Boolean;
    boolean lazy = value instanceof Supplier;
    return new Located(plain || lazy ? value : value.toString(), "");
  }

  /** The path of this section, as in {@code drivers.rabbitmq}; empty at the root. */
  public String path() {
    return path;
  }

  /** Whether the key is present; does not count as reading it. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The keys that are present, in the order of the file. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  public Optional<String> text(String key) {
    return scalar(key, s -> s);
  }

  public String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /** A text that has to be there. */
  public String required(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty() && !values.containsKey(key)) {
      problem(key, "is missing");
    }
    return text.orElse("");
  }

  /** A whole number within {@code min} and {@code max}, both allowed. */
  public int integer(String key, int otherwise, int min, int max) {
    return (int) (long) whole(key, min, max).orElse((long) otherwise);
  }

  /** A whole number within {@code min} and {@code max}, both allowed. */
  public Optional<Long> whole(String key, long min, long max) {
    return scalar(
        key,
        s -> {
          long n;
          try {
            n = Long.parseLong(s.replace("_", ""));
          } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a whole number: " + quote(s), e);
          }
          if (n < min || n > max) {
            throw new IllegalArgumentException(
                "is %d, must be from %d to %d".formatted(n, min, max));
          }
          return n;
        });
  }

  /** A number within {@code min} and {@code max}, both allowed. */
  public double decimal(String key, double otherwise, double min, double max) {
    return scalar(
            key,
            s -> {
              double n;
              try {
                n = Double.parseDouble(s);
              } catch (NumberFormatException e) {
                throw new IllegalArgumentException("is not a number: " + quote(s), e);
              }
              if (!(n >= min && n <= max)) {
                throw new IllegalArgumentException(
                    "is %s, must be from %s to %s".formatted(s, min, max));
              }
              return n;
            })
        .orElse(otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    return scalar(
            key,
            s ->
                switch (s) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          "is " + quote(s) + ", must be true or false");
                })
        .orElse(otherwise);
  }

  /** A duration such as {@code 30s}, {@code 1h30m}, {@code 250ms}, {@code 7d} or {@code PT5M}. */
  public Optional<Duration> duration(String key) {
    return scalar(key, Quantities::duration);
  }

  public Duration duration(String key, Duration otherwise) {
    return duration(key).orElse(otherwise);
  }

  public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
    return scalar(key, s -> Quantities.duration(s, min, max)).orElse(otherwise);
  }

  public Optional<List<Duration>> durations(String key) {
    return list(key, Quantities::duration);
  }

  /** A size in bytes: {@code 16MB}, {@code 64KiB}, {@code 512}. */
  public long size(String key, long otherwise) {
    return scalar(key, Quantities::size).orElse(otherwise);
  }

  /** A rate such as {@code 500/s}. */
  public Optional<Rate> rate(String key) {
    return scalar(key, Rate::parse);
  }

  public Optional<URI> uri(String key) {
    return scalar(key, Settings::toUri);
  }

  /** A value that is never shown and is read anew at each use. */
  public Optional<Secret> secret(String key) {
    Located v = take(key);
    if (v == null || !scalarOr(key, v, "a single value")) {
      return Optional.empty();
    }
    return Optional.of(Secret.of(v::text));
  }

  /** A list of values that are never shown; a single value is a list of one. */
  public List<Secret> secrets(String key) {
    Located v = take(key);
    if (v == null) {
      return List.of();
    }
    List<Secret> out = new ArrayList<>();
    for (Located item : items(v)) {
      if (scalarOr(key, item, "a list of single values")) {
        out.add(Secret.of(item::text));
      }
    }
    return out;
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String key, E otherwise) {
    Class<E> type = otherwise.getDeclaringClass();
    return scalar(
            key,
            s -> {
              for (E e : type.getEnumConstants()) {
                if (word(e).equals(s)) {
                  return e;
                }
              }
              String all =
                  Stream.of(type.getEnumConstants())
                      .map(Settings::word)
                      .collect(Collectors.joining(", "));
              throw new IllegalArgumentException("is " + quote(s) + ", must be one of " + all);
            })
        .orElse(otherwise);
  }

  /** A list of texts; a single value is a list of one; absent is an empty one. */
  public List<String> texts(String key) {
    return list(key, s -> s).orElse(List.of());
  }

  /**
   * A value of the caller's own type.
   *
   * @param parser throws {@link IllegalArgumentException} that says what is wrong, as a predicate:
   *     "is …, must be …"
   */
  public <T> Optional<T> scalar(String key, Function<String, T> parser) {
    Located v = take(key);
    if (v == null || !scalarOr(key, v, "a single value")) {
      return Optional.empty();
    }
    return parse(key, v, parser);
  }

  /** A list of values of the caller's own type; a single value is a list of one. */
  public <T> Optional<List<T>> list(String key, Function<String, T> parser) {
    Located v = take(key);
    if (v == null) {
      return Optional.empty();
    }
    List<T> out = new ArrayList<>();
    for (Located item : items(v)) {
      if (scalarOr(key, item, "a list of single values")) {
        parse(key, item, parser).ifPresent(out::add);
      }
    }
    return Optional.of(List.copyOf(out));
  }

  /** The section under the key; an empty one if it is absent. */
  public Settings section(String key) {
    return sections.computeIfAbsent(key, this::open);
  }

  /** Every key with its section, in the order of the file. Scalars among them are problems. */
  public Map<String, Settings> sections() {
    Map<String, Settings> all = new LinkedHashMap<>();
    values.keySet().forEach(k -> all.put(k, section(k)));
    return all;
  }

  /** The value as it stands: for a section that somebody else understands. Counts as read. */
  public Optional<Located> raw(String key) {
    return Optional.ofNullable(take(key));
  }

  /** Notes what is wrong with the key, as a predicate: "must be above min-idle". */
  public void problem(String key, String message) {
    Located v = values.get(key);
    String where = v == null || v.place().isEmpty() ? place : v.place();
    String name = path(key);
    problems.add(new Problem(where, name.isEmpty() ? message : name + " " + message));
  }

  /** What has been noted so far, here and in every section. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Adds what another reader found. */
  public void problems(Collection<Problem> others) {
    problems.addAll(others);
  }

  /** Notes every key that nobody has read, here and in the sections that were read. */
  public void unknownKeys() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        String nearest = Nearest.to(key, known);
        problem(
            key,
            "is not a known key"
                + (nearest == null
                    ? known.isEmpty() ? "" : "; known are " + String.join(", ", known)
                    : "; did you mean " + nearest + "?"));
      }
    }
    sections.values().forEach(Settings::unknownKeys);
  }

  /**
   * Notes unknown keys, then throws if there is any problem.
   *
   * @throws ConfigurationException with all problems
   */
  public void check() {
    unknownKeys();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private Settings open(String key) {
    Located v = take(key);
    if (v == null) {
      return new Settings(path(key), place, Map.of(), problems);
    }
    if (!(v.value() instanceof Map)) {
      problem(key, "must be a section of keys, is " + describe(v));
      return new Settings(path(key), v.place(), Map.of(), problems);
    }
    return new Settings(path(key), v.place(), entries(v), problems);
  }

  private @Nullable Located take(String key) {
    known.add(key);
    return values.get(key);
  }

  private boolean scalarOr(String key, Located v, String wanted) {
    if (v.scalar()) {
      return true;
    }
    problems.add(new Problem(v.place(), path(key) + " must be " + wanted + ", is " + describe(v)));
    return false;
  }

  private <T> Optional<T> parse(String key, Located v, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(v.text()));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(v.place(), path(key) + " " + e.getMessage()));
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
    return Optional.empty();
  }

  private String path(String key) {
    return path.isEmpty() ? key : key.isEmpty() ? path : path + "." + key;
  }

  private static String describe(Located v) {
    return v.value() instanceof Map
        ? "a section"
        : v.value() instanceof List ? "a list" : "a value";
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Located> entries(Located section) {
    return (Map<String, Located>) section.value();
  }

  @SuppressWarnings("unchecked")
  private static List<Located> items(Located v) {
    return v.value() instanceof List ? (List<Located>) v.value() : List.of(v);
  }

  private static String word(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static URI toUri(String s) {
    try {
      return new URI(s);
    } catch (URISyntaxException e) {
      // The text may hold a password, so only the position is told.
      throw new IllegalArgumentException(
          "is not a URI: " + e.getReason() + " at position " + e.getIndex());
    }
  }

  private static String quote(String s) {
    return "\"" + s + "\"";
  }
}
