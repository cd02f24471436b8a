package io.postbus.cli.command;

import picocli.CommandLine.Command;

@Command(
    name = "delayed",
    description = "the messages that wait in the store: delayed ones and retries",
    subcommands = {
      DelayedLs.class,
      DelayedShow.class,
      DelayedCancel.class,
      DelayedReschedule.class,
      DelayedSendNow.class
    })
public final class DelayedCommand {}
