package io.postbus.cli.command;

import picocli.CommandLine.Option;

/** The consent that destructive commands need. */
final class Yes {
  @Option(
      names = {"-y", "--yes"},
      description = "do it without asking")
  boolean given;
}
