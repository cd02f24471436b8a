package io.postbus.runtime.config;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the environment and files into values: <code>${NAME}</code>, <code>${NAME:default}</code>
 * and <code>${file:path}</code>; with two dollar signs the text stays as it is, less one of them. A
 * value with a file in it is read anew each time it is asked for, so that a rotated secret is
 * found. Thread-safe.
 */
final class Substitution {
  private static final int DEEPEST = 8;
  private static final long LARGEST_FILE = 1 << 20;
  private static final String FILE = "file:";

  private final Function<String, @Nullable String> environment;
  private final Path folder;

  /**
   * A substitution.
   *
   * @param folder where relative paths begin
   */
  Substitution(Function<String, @Nullable String> environment, Path folder) {
    this.environment = environment;
    this.folder = folder;
  }

  /**
   * The text with everything put in: a {@code String}, or a {@code Supplier<String>} where a file
   * is part of it, or null where a problem has been noted.
   */
  @Nullable Object apply(String text, String path, String place, List<Problem> problems) {
    if (!text.contains("${")) {
      return text;
    }
    try {
      List<Supplier<String>> parts = new ArrayList<>();
      boolean lazy = parse(text, parts, 0);
      Supplier<String> whole = () -> join(parts);
      String now = whole.get();
      return lazy ? whole : now;
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(place, path + " " + e.getMessage()));
    } catch (ConfigurationException e) {
      e.problems().forEach(p -> problems.add(new Problem(place, path + " " + p.message())));
    }
    return null;
  }

  /** Adds the parts of the text and tells whether a file is among them. */
  private boolean parse(String text, List<Supplier<String>> parts, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("nests ${…} too deeply");
    }
    boolean lazy = false;
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf("${", at);
      if (open < 0) {
        parts.add(constant(text.substring(at)));
        break;
      }
      if (open > at && text.charAt(open - 1) == '$') {
        parts.add(constant(text.substring(at, open - 1) + "${"));
        at = open + 2;
        continue;
      }
      parts.add(constant(text.substring(at, open)));
      int close = closing(text, open + 2);
      lazy |= reference(text.substring(open + 2, close), parts, depth);
      at = close + 1;
    }
    return lazy;
  }

  private boolean reference(String inside, List<Supplier<String>> parts, int depth) {
    if (inside.startsWith(FILE)) {
      Path file = folder.resolve(inside.substring(FILE.length()));
      parts.add(() -> content(file));
      return true;
    }
    int colon = inside.indexOf(':');
    String name = colon < 0 ? inside : inside.substring(0, colon);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("has a ${} without a name");
    }
    String value = environment.apply(name);
    if (value != null) {
      parts.add(constant(value));
      return false;
    }
    if (colon < 0) {
      throw new IllegalArgumentException(
          "needs the environment variable %s; set it, or give a default: ${%s:…}"
              .formatted(name, name));
    }
    return parse(inside.substring(colon + 1), parts, depth + 1);
  }

  private static int closing(String text, int from) {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        depth++;
      } else if (text.charAt(i) == '}' && --depth == 0) {
        return i;
      }
    }
    throw new IllegalArgumentException("has a ${ without its }");
  }

  private static String content(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new ConfigurationException("takes " + file + ", which is larger than 1 MiB", null);
      }
      return Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException e) {
      throw new ConfigurationException("cannot read " + file + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e.getClass().getSimpleName()) {
      case "NoSuchFileException" -> "there is no such file";
      case "AccessDeniedException" -> "access is denied";
      case "MalformedInputException" -> "it is not UTF-8 text";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static Supplier<String> constant(String text) {
    return () -> text;
  }

  private static String join(List<Supplier<String>> parts) {
    StringBuilder out = new StringBuilder();
    parts.forEach(p -> out.append(p.get()));
    return out.toString();
  }
}
