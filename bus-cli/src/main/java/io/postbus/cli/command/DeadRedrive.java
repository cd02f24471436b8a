package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetters;
import io.postbus.DeadLetters.Redriven;
import io.postbus.Filter;
import io.postbus.Redrive;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Row;
import io.postbus.spi.Rate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "redrive",
    description = "sends dead letters to their group again, each as a first attempt")
final class DeadRedrive implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin DeadSelection selection;

  @Option(names = "--rate", paramLabel = "RATE", description = "at most so many, as in 100/s")
  @Nullable Rate rate;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "stop after so many")
  long limit = Long.MAX_VALUE;

  @Option(names = "--dry-run", description = "only count them")
  boolean dry;

  @Option(
      names = "--force",
      description = "have them handled although an idempotent group has completed another copy")
  boolean force;

  DeadRedrive(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Bus bus = invocation.open()) {
      DeadLetters letters = bus.deadLetters(selection.group);
      long meant = selection.count(letters);
      if (!dry) {
        invocation.say("Redriving " + selection.told(Math.min(meant, limit)) + ".");
      }
      Redriven done = invocation.watch(() -> redrive(letters), () -> selection.left(letters));
      invocation
          .output()
          .details(
              Row.of("matched", done.matched())
                  .with("sent", done.sent())
                  .with("failed", done.failed()));
      return code(done);
    }
  }

  private Redriven redrive(DeadLetters letters) {
    Redriven sum = new Redriven(0, 0, 0);
    for (Filter filter : selection.filters()) {
      long left = limit - sum.sent() - sum.failed();
      Redriven one =
          letters.redrive(filter, new Redrive(Optional.ofNullable(rate), dry, left, force));
      sum =
          new Redriven(
              sum.matched() + one.matched(), sum.sent() + one.sent(), sum.failed() + one.failed());
    }
    return sum;
  }

  private static int code(Redriven done) {
    if (done.failed() == 0) {
      return ExitCode.OK;
    }
    return done.sent() == 0 ? ExitCode.FAILURE : ExitCode.PART_FAILED;
  }
}
