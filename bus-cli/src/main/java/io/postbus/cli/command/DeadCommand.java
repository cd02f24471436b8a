package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(
    name = "dead",
    description = "the dead letters: what groups have given up on",
    subcommands = {
      DeadLs.class,
      DeadShow.class,
      DeadRedrive.class,
      DeadDelete.class,
      DeadExport.class
    })
public final class DeadCommand {}
