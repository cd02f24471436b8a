package io.postbus.cli.command;

import io.postbus.cli.Invocation;

/** Reminds of a broker that nobody else can reach. */
final class Alone {
  private Alone() {}

  static void warn(Invocation invocation) {
    if (invocation.configuration().brokerIsInProcess()) {
      invocation.say(
          "The driver memory reaches nobody outside of this process;"
              + " name a broker with --driver, or a configuration with -c.");
    }
  }
}
