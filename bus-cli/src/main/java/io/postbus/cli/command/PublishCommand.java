package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.PublishOptions;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.Progress;
import io.postbus.cli.output.Format;
import io.postbus.cli.output.Listing;
import io.postbus.cli.output.Row;
import io.postbus.cli.publish.Attributes;
import io.postbus.cli.publish.Drafts;
import io.postbus.cli.publish.Publication;
import io.postbus.cli.publish.Tally;
import io.postbus.message.Message;
import io.postbus.spi.Rate;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "publish",
    description = "publishes a message, or many",
    footerHeading = "%nExamples:%n",
    footer = {
      "  postbus publish live.income -t IncomeEarned -k ann '{\"uid\":\"ann\",\"amount\":120}'",
      "  postbus publish live.income -t IncomeEarned @income.json --after 30s",
      "  postbus publish load.test -t Tick 'tick {n}' --count 10000 --rate 500/s",
      "  postbus dead export task-check.ruby | postbus publish --jsonl -"
    })
public final class PublishCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin Bodies bodies;
  @Mixin Attributes attributes;
  @Mixin Delivering delivering;

  @Option(names = "--rate", paramLabel = "RATE", description = "at most so many, as in 500/s")
  @Nullable Rate rate;

  PublishCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PublishOptions options = delivering.options();
    try (Drafts drafts = bodies.drafts(attributes, invocation.cli().in());
        Bus bus = invocation.open()) {
      Publication publication = publish(bus, options, drafts);
      Tally tally = publication.tally();
      if (delayed(options)) {
        OwnStore.awaitEmpty(invocation, bus);
      }
      return told(tally, publication.brokerIsAway());
    }
  }

  /** Each message is data where a program reads along, their sum where a person does. */
  private Publication publish(Bus bus, PublishOptions options, Drafts drafts)
      throws IOException, InterruptedException {
    boolean listed = invocation.globals().format() != Format.TABLE || bodies.one();
    try (Progress progress = invocation.progress();
        Listing list = listed ? listing() : null) {
      Publication publication =
          new Publication(
              bus,
              options,
              rate,
              (message, error) -> {
                if (list != null) {
                  list.row(row(message, error, delayed(options)));
                }
              });
      Tally tally = publication.tally();
      publication.run(drafts, () -> progress.at(() -> told(tally)));
      return publication;
    }
  }

  private Listing listing() {
    return invocation.output().list("id", "topic", "type", "key", "outcome");
  }

  private static boolean delayed(PublishOptions options) {
    return options.delay() != null || options.at() != null;
  }

  private static Row row(Message m, Optional<Throwable> error, boolean delayed) {
    String good = delayed ? "waiting" : "published";
    return Messages.row(m)
        .with("outcome", error.isEmpty() ? good : "failed")
        .with("error", error.map(Throwable::getMessage));
  }

  private static String told(Tally tally) {
    return "%,d published, %,d failed, %,d/s"
        .formatted(tally.published(), tally.failed(), tally.perSecond());
  }

  private int told(Tally tally, boolean brokerIsAway) {
    if (invocation.globals().format() == Format.TABLE && !bodies.one()) {
      invocation
          .output()
          .details(
              Row.of("published", tally.published())
                  .with("failed", tally.failed())
                  .with("took", tally.took())
                  .with("perSecond", tally.perSecond()));
    }
    if (tally.failed() == 0) {
      return ExitCode.OK;
    }
    Alone.warn(invocation);
    if (bodies.one()) {
      throw new CommandFailure(code(tally, brokerIsAway), tally.reasons().firstKey());
    }
    tally.reasons().forEach((reason, n) -> invocation.say((n == 1 ? "" : n + " × ") + reason));
    throw new CommandFailure(
        tally.published() > 0 ? ExitCode.PART_FAILED : code(tally, brokerIsAway),
        "%,d of %,d were not published"
            .formatted(tally.failed(), tally.failed() + tally.published()));
  }

  private static int code(Tally tally, boolean brokerIsAway) {
    return brokerIsAway ? ExitCode.UNREACHABLE : tally.firstCode();
  }
}
