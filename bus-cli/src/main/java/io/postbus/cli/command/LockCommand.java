package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(name = "lock", description = "the locks that processes hold", subcommands = LockLs.class)
public final class LockCommand {}
