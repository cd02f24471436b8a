package io.postbus.cli;

import io.postbus.spi.Rate;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command with what it is connected to: streams, environment, terminal. Immutable. */
public record Cli(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Terminal terminal) {

  /** This process's. */
  static Cli ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Cli(
        System.in, utf8(System.out), utf8(System.err), environment, Terminal.of(environment));
  }

  /** Carries out one command line and returns its exit code. */
  public int run(String... args) {
    CommandLine commands = commands(new Invocation(this, new Globals()));
    int code = commands.execute(args);
    out.flush();
    err.flush();
    // Data that could not be written, to a full disk or a reader that left, is a failure too.
    return code == ExitCode.OK && out.checkError() ? ExitCode.FAILURE : code;
  }

  static CommandLine commands(Invocation invocation) {
    Cli cli = invocation.cli();
    CommandLine commands = new CommandLine(Postbus.class, new Commands(invocation));
    commands.registerConverter(Duration.class, Globals::duration);
    commands.registerConverter(Rate.class, Rate::parse);
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setExpandAtFiles(false);
    commands.setAbbreviatedOptionsAllowed(false);
    commands.setUsageHelpAutoWidth(false);
    commands.setUsageHelpWidth(110);
    commands.setOut(cli.writer(cli.out));
    commands.setErr(cli.writer(cli.err));
    boolean colours = cli.terminal.colours() && cli.terminal.out();
    commands.setColorScheme(CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF));
    Failures failures = new Failures(invocation);
    commands.setParameterExceptionHandler(failures::misused);
    commands.setExecutionExceptionHandler((e, command, parsed) -> failures.failed(e));
    return commands;
  }

  private java.io.PrintWriter writer(PrintStream stream) {
    return new java.io.PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }
}
