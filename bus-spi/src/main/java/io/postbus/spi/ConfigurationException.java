package io.postbus.spi;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Something is set up wrongly: every problem that was found, each with its place and its fix. */
public final class ConfigurationException extends BusException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ConfigurationException(List<Problem> problems) {
    this(problems, null);
  }

  public ConfigurationException(List<Problem> problems, @Nullable Throwable cause) {
    super(text(problems), false, cause);
    this.problems = List.copyOf(problems);
  }

  /** A single problem that no line of a file caused. */
  public ConfigurationException(String message, @Nullable Throwable cause) {
    this(List.of(new Problem("", message)), cause);
  }

  public List<Problem> problems() {
    return problems;
  }

  private static String text(List<Problem> problems) {
    return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }
}
