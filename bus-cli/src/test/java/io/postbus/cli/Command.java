package io.postbus.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs a command line in this process. Immutable: each method returns a changed copy. */
public record Command(Map<String, String> environment, Terminal terminal, String in) {
  /** Without environment and terminal. */
  public static final Command PLAIN = new Command(Map.of(), Terminal.NONE, "");

  /** What a command line did. */
  public record Result(int code, String out, String err) {
    public List<String> lines() {
      return out.lines().toList();
    }
  }

  public Command environment(Map<String, String> variables) {
    return new Command(variables, terminal, in);
  }

  public Command terminal(Terminal kind) {
    return new Command(environment, kind, in);
  }

  public Command in(String text) {
    return new Command(environment, terminal, text);
  }

  public Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Cli cli =
        new Cli(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            terminal);
    int code = cli.run(args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
