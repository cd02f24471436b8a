package io.postbus.cli;

/** What the command's end says to scripts. */
public final class ExitCode {
  public static final int OK = 0;

  /** It did not work, for a reason that none of the others names. */
  public static final int FAILURE = 1;

  /** The command line or the configuration is wrong. */
  public static final int USAGE = 2;

  /** What was named does not exist; for a message: no group takes it. */
  public static final int NOT_FOUND = 3;

  /** The broker or the store does not answer. */
  public static final int UNREACHABLE = 5;

  /** Some of many worked. */
  public static final int PART_FAILED = 6;

  /** It did not happen within the time given. */
  public static final int TIMEOUT = 7;

  private ExitCode() {}
}
