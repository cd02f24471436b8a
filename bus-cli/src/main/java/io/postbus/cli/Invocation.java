package io.postbus.cli;

import io.postbus.cli.config.Configuration;
import io.postbus.cli.output.Output;
import java.io.PrintStream;

/** One command line that is being carried out. One thread. */
public final class Invocation {
  private final Cli cli;
  private final Globals globals;

  Invocation(Cli cli, Globals globals) {
    this.cli = cli;
    this.globals = globals;
  }

  public Cli cli() {
    return cli;
  }

  public Globals globals() {
    return globals;
  }

  public Configuration configuration() {
    return Configuration.of(globals, cli.environment());
  }

  public Terminal terminal() {
    return cli.terminal();
  }

  /** Where data goes. */
  public Output output() {
    boolean colours = terminal().colours() && terminal().out();
    return new Output(cli.out(), globals.format(), colours);
  }

  /** Where everything else goes. */
  public PrintStream err() {
    return cli.err();
  }

  /** Tells the user something that is no data. */
  public void say(String message) {
    cli.err().println(message);
    cli.err().flush();
  }
}
