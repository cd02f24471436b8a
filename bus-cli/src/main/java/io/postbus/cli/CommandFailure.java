package io.postbus.cli;

/** Ends a command with a message for the user and an exit code. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * A failure.
   *
   * @param code one of {@link ExitCode}
   * @param message what is wrong and, where there is one, the way out
   */
  public CommandFailure(int code, String message) {
    super(message);
    this.code = code;
  }

  public static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }

  public static CommandFailure notFound(String message) {
    return new CommandFailure(ExitCode.NOT_FOUND, message);
  }

  public int code() {
    return code;
  }
}
