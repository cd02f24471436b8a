package io.postbus.cli;

import java.util.Map;

/**
 * Which of the streams are terminals, and whether they take colours. Immutable.
 *
 * @param in whether a person can be asked
 * @param out whether stdout is one
 * @param err whether stderr is one
 * @param colours whether colours are wanted there
 */
public record Terminal(boolean in, boolean out, boolean err, boolean colours) {
  /** No stream is a terminal. */
  public static final Terminal NONE = new Terminal(false, false, false, false);

  /** Set by the launcher to the numbers of the streams that are terminals, as in {@code 02}. */
  private static final String TTY = "POSTBUS_TTY";

  /**
   * As the launcher found it; started without it, none: Java cannot tell.
   *
   * <p>{@code NO_COLOR} and {@code TERM=dumb} are obeyed: see <a
   * href="https://no-color.org">no-color.org</a>.
   */
  public static Terminal of(Map<String, String> environment) {
    String tty = environment.getOrDefault(TTY, "");
    boolean colours =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Terminal(tty.contains("0"), tty.contains("1"), tty.contains("2"), colours);
  }
}
