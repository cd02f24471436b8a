package io.postbus.runtime.config;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Located;
import io.postbus.spi.Problem;
import io.postbus.spi.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration comes from: code over system properties over the environment over the file.
 * Immutable; reading it twice may give different answers.
 *
 * @param file the configuration file, or null for none
 * @param code settings made in code, by their paths
 * @param properties the system's, of which those that begin with {@code postbus.} count
 * @param environment of which those that begin with {@code POSTBUS__} count, and any by reference
 */
public record ConfigSource(
    @Nullable Path file,
    Map<String, ?> code,
    Properties properties,
    Map<String, String> environment) {

  private static final String UNKNOWN = "is not a known key";

  /** This process's: its system properties and its environment. */
  public static ConfigSource ofProcess(@Nullable Path file, Map<String, ?> code) {
    return new ConfigSource(file, code, System.getProperties(), System.getenv());
  }

  /**
   * The merged settings. Problems of the sources themselves are noted in them already; whoever
   * reads the settings adds theirs, and {@link #check} ends it.
   *
   * @throws ConfigurationException if there is no such file or it cannot be read
   */
  public Settings load() {
    List<Problem> problems = new ArrayList<>();
    Path folder = file == null ? Path.of("") : file.toAbsolutePath().getParent();
    Substitution substitution =
        new Substitution(environment::get, folder == null ? Path.of("") : folder);
    Map<String, Located> root =
        file == null
            ? new LinkedHashMap<>()
            : new YamlTree(file.toString(), substitution, problems).read(text(file));
    new Overlay(root, substitution, problems)
        .environment(environment)
        .properties(properties)
        .code(new TreeMap<>(code));
    Settings settings = Settings.of("", new Located(root, file == null ? "" : file.toString()));
    settings.problems(problems);
    return settings;
  }

  /**
   * Ends the reading: notes keys that nobody read and throws if there is any problem.
   *
   * @return what is odd but harmless: unknown variables, which container platforms inject
   * @throws ConfigurationException with all problems
   */
  public static List<Problem> check(Settings root) {
    root.unknownKeys();
    List<Problem> warnings = root.problems().stream().filter(ConfigSource::harmless).toList();
    List<Problem> errors =
        root.problems().stream()
            .filter(p -> !harmless(p))
            .distinct()
            .sorted(Comparator.comparingInt(ConfigSource::line))
            .toList();
    if (!errors.isEmpty()) {
      throw new ConfigurationException(errors);
    }
    return warnings;
  }

  private static boolean harmless(Problem p) {
    return p.place().startsWith(Overlay.ENVIRONMENT) && p.message().contains(UNKNOWN);
  }

  /** The line of a place like {@code postbus.yaml:12}; what has no line comes first. */
  private static int line(Problem p) {
    try {
      return Integer.parseInt(p.place().substring(p.place().lastIndexOf(':') + 1));
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          "There is no file " + file + "; name the configuration with -c FILE", e);
    } catch (IOException e) {
      throw new ConfigurationException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
