package io.postbus.cli;

import io.postbus.cli.command.CompletionCommand;
import io.postbus.cli.command.ConfigCommand;
import io.postbus.cli.command.DbCommand;
import io.postbus.cli.command.DeadCommand;
import io.postbus.cli.command.DelayedCommand;
import io.postbus.cli.command.GroupCommand;
import io.postbus.cli.command.LockCommand;
import io.postbus.cli.command.PublishCommand;
import io.postbus.cli.command.SubscribeCommand;
import io.postbus.cli.command.TopicCommand;
import io.postbus.cli.command.VersionCommand;
import io.postbus.cli.demo.DemoCommand;
import io.postbus.cli.run.RunCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command itself: without a subcommand there is nothing to do. */
@Command(
    name = "postbus",
    synopsisSubcommandLabel = "COMMAND",
    description = "One bus, any broker under it.",
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      PublishCommand.class,
      SubscribeCommand.class,
      TopicCommand.class,
      GroupCommand.class,
      DeadCommand.class,
      DelayedCommand.class,
      LockCommand.class,
      DbCommand.class,
      ConfigCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it failed",
      "2:the command line or the configuration is wrong",
      "3:what was named does not exist, or no group takes the message",
      "5:the broker or the store does not answer",
      "6:some of many failed",
      "7:it did not happen within the time given"
    })
final class Postbus {
  @Mixin Globals globals;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "the version")
  boolean version;
}
