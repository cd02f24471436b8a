package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(
    name = "db",
    description = "the tables of the store",
    subcommands = {DbSchema.class, DbStatus.class, DbMigrate.class})
public final class DbCommand {}
