package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(
    name = "group",
    description = "the groups: who gets the messages of which topics",
    subcommands = {GroupLs.class, GroupShow.class, GroupPurge.class, GroupRm.class})
public final class GroupCommand {}
