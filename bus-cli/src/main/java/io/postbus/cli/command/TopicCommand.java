package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(
    name = "topic",
    description = "the topics: what is published, and who gets it",
    subcommands = {TopicLs.class, TopicShow.class})
public final class TopicCommand {}
