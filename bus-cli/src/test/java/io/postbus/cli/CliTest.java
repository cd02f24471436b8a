package io.postbus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.Command.Result;
import io.postbus.cli.output.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CliTest {
  @Test
  void helpIsDataAndEndsWell() {
    Result help = Command.PLAIN.run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Usage: postbus", "Exit codes:", "completion");
    assertThat(help.err()).isEmpty();
  }

  @Test
  void everyCommandHasHelp() {
    Cli cli = new Cli(System.in, System.out, System.err, Map.of(), Terminal.NONE);
    var commands = Cli.commands(new Invocation(cli, new Globals())).getSubcommands();
    assertThat(commands)
        .allSatisfy(
            (name, command) -> {
              Result help = Command.PLAIN.run(name, "--help");
              assertThat(help.code()).isZero();
              assertThat(help.out()).startsWith("Usage: postbus " + name);
              assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
            });
  }

  @Test
  void anUnknownCommandIsMisuseAndSuggestsTheNearest() {
    Result typo = Command.PLAIN.run("versoin");
    assertThat(typo.code()).isEqualTo(ExitCode.USAGE);
    assertThat(typo.out()).isEmpty();
    assertThat(typo.err()).contains("versoin", "Did you mean", "postbus version");
  }

  @Test
  void withoutACommandThereIsNothingToDo() {
    Result nothing = Command.PLAIN.run();
    assertThat(nothing.code()).isEqualTo(ExitCode.USAGE);
    assertThat(nothing.err()).contains("postbus --help");
  }

  @Test
  void anUnknownOptionNamesItsCommandsHelp() {
    Result odd = Command.PLAIN.run("version", "--colour");
    assertThat(odd.code()).isEqualTo(ExitCode.USAGE);
    assertThat(odd.err()).contains("'--colour'", "postbus version --help");
  }

  @Test
  void timesAreReadAsInTheFile() {
    Result odd = Command.PLAIN.run("version", "--timeout", "5 minutes");
    assertThat(odd.code()).isEqualTo(ExitCode.USAGE);
    assertThat(odd.err()).contains("5 minutes", "must be a duration like");
    assertThat(Command.PLAIN.run("version", "--timeout", "1m30s").code()).isZero();
  }

  @Test
  void globalOptionsStandBeforeOrBehindTheCommand() {
    Result before = Command.PLAIN.run("-o", "json", "version");
    Result behind = Command.PLAIN.run("version", "-o", "JSON");
    assertThat(before).isEqualTo(behind);
    JsonNode version = Json.mapper().readTree(before.out());
    assertThat(version.get("drivers").toString()).contains("memory");
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    Terminal colours = new Terminal(true, true, true, true);
    assertThat(Command.PLAIN.terminal(colours).run("--help").out()).contains("\u001B[");
    assertThat(Command.PLAIN.terminal(colours).run("version").out()).contains("\u001B[");
    assertThat(Command.PLAIN.run("--help").out()).doesNotContain("\u001B[");
    assertThat(Command.PLAIN.run("version").out()).doesNotContain("\u001B[");
    assertThat(Terminal.of(Map.of("POSTBUS_TTY", "012")).colours()).isTrue();
    assertThat(Terminal.of(Map.of("POSTBUS_TTY", "012", "NO_COLOR", "1")).colours()).isFalse();
    assertThat(Terminal.of(Map.of("POSTBUS_TTY", "012", "TERM", "dumb")).colours()).isFalse();
  }

  @Test
  void theLauncherSaysWhichStreamsAreTerminals() {
    Terminal piped = Terminal.of(Map.of("POSTBUS_TTY", "02"));
    assertThat(piped).isEqualTo(new Terminal(true, false, true, true));
    assertThat(Terminal.of(Map.of("POSTBUS_TTY", "")))
        .isEqualTo(new Terminal(false, false, false, true));
  }
}
