package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(
    name = "config",
    description = "the configuration, checked or shown",
    subcommands = {ConfigCheck.class, ConfigShow.class})
public final class ConfigCommand {}
