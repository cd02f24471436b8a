package io.postbus.cli;

import ch.qos.logback.classic.Level;
import io.postbus.Bus;
import io.postbus.cli.config.Configuration;
import io.postbus.cli.logging.Logging;
import io.postbus.cli.output.Output;
import io.postbus.runtime.config.HostSettings.Format;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

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

  /** The bus of the configuration for a command that stays; the command closes it. */
  public Bus openToStay() {
    log(Level.ERROR);
    return configuration().builder().open();
  }

  /**
   * The bus of the configuration; the command closes it. What is due in a store that others share
   * it leaves to them: taking part for a moment would only disturb.
   */
  public Bus open() {
    log(Level.ERROR);
    Configuration configuration = configuration();
    return configuration.storeEndsWithProcess()
        ? configuration.builder().open()
        : configuration.builder().set("delays.fire", false).open();
  }

  /** Logs to stderr: this much, or more where {@code -v} wants it. */
  public void log(Level level) {
    Level wanted =
        switch (globals.verbosity()) {
          case 0 -> level;
          case 1 -> Level.INFO;
          default -> Level.DEBUG;
        };
    new Logging(wanted.isGreaterOrEqual(level) ? level : wanted, Format.TEXT, "").use();
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

  /** How far long work is. */
  public Progress progress() {
    return new Progress(cli.err(), terminal());
  }

  /**
   * Does long work, telling meanwhile, where somebody watches, how far it is.
   *
   * @param told asked every second, on this thread
   */
  public <T> T watch(Supplier<T> work, Supplier<String> told) throws InterruptedException {
    if (!terminal().err()) {
      return work.get();
    }
    try (Progress progress = progress()) {
      CompletableFuture<T> result = CompletableFuture.supplyAsync(work);
      while (true) {
        try {
          return result.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException underWay) {
          progress.at(told);
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException cause
              ? cause
              : new IllegalStateException(e.getCause());
        }
      }
    }
  }

  /**
   * Asks before something is destroyed.
   *
   * @param yes whether the command line has agreed already
   * @param what how much of what it is, as in "This deletes 3 dead letters"
   * @throws CommandFailure if the answer is no, or nobody can be asked
   */
  public void confirm(boolean yes, String what) {
    if (yes) {
      say(what + ".");
      return;
    }
    if (!terminal().in() || !terminal().err()) {
      throw CommandFailure.usage(what + "; say --yes to do it.");
    }
    cli.err().print(what + ". Go on? [y/N] ");
    cli.err().flush();
    if (!answer().matches("(?i)y|yes")) {
      throw new CommandFailure(ExitCode.FAILURE, "Nothing was done.");
    }
  }

  private String answer() {
    Scanner scanner = new Scanner(cli.in(), StandardCharsets.UTF_8);
    return scanner.hasNextLine() ? scanner.nextLine().trim() : "";
  }
}
