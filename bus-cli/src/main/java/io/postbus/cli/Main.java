package io.postbus.cli;

/** Where the postbus command starts. */
public final class Main {
  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(Cli.ofProcess().run(args));
  }
}
