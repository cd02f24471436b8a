package io.postbus.cli.publish;

import io.postbus.Bus;
import io.postbus.PublishOptions;
import io.postbus.cli.Broker;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.message.Message;
import io.postbus.spi.Rate;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes drafts without waiting for each, and accounts for every one. Driven by one thread;
 * confirmations arrive on the bus's.
 */
public final class Publication {
  /** Each ends by its own limit; this is only for the case that one does not. */
  private static final Duration LAST = Duration.ofMinutes(15);

  private static final Duration STEP = Duration.ofMillis(200);

  private final Bus bus;
  private final PublishOptions options;
  private final Pace pace;
  private final BiConsumer<Message, Optional<Throwable>> each;
  private final Tally tally = new Tally();

  /**
   * A publication.
   *
   * @param each hears what became of each message, one at a time and in no order
   */
  public Publication(
      Bus bus,
      PublishOptions options,
      @Nullable Rate rate,
      BiConsumer<Message, Optional<Throwable>> each) {
    this.bus = bus;
    this.options = options;
    this.pace = new Pace(rate);
    this.each = each;
  }

  public Tally tally() {
    return tally;
  }

  /**
   * Publishes all of them, or until the broker has not been there for the whole limit of one.
   *
   * @param progress runs now and then
   */
  public void run(Drafts drafts, Runnable progress) throws IOException, InterruptedException {
    Optional<Message> next = next(drafts);
    while (next.isPresent() && !(tally.failed() > 0 && brokerIsAway())) {
      pace.await();
      publish(next.get());
      progress.run();
      next = next(drafts);
    }
    long deadline = System.nanoTime() + LAST.toNanos();
    while (!tally.await(STEP)) {
      progress.run();
      if (System.nanoTime() - deadline > 0) {
        throw new CommandFailure(
            ExitCode.TIMEOUT, tally.open() + " messages have not been confirmed; they may be");
      }
    }
  }

  private Optional<Message> next(Drafts drafts) throws IOException {
    while (true) {
      try {
        return drafts.next();
      } catch (IllegalArgumentException e) {
        tally.refused(CommandFailure.usage(String.valueOf(e.getMessage())));
      }
    }
  }

  private void publish(Message m) {
    tally.began();
    var unused =
        bus.publishAsync(m, options)
            .whenComplete(
                (nothing, error) -> {
                  Throwable cause =
                      error instanceof CompletionException && error.getCause() != null
                          ? error.getCause()
                          : error;
                  tell(m, cause);
                  tally.ended(cause);
                });
  }

  private synchronized void tell(Message m, @Nullable Throwable error) {
    each.accept(m, Optional.ofNullable(error));
  }

  /** Whether a connection is down, or the broker takes nothing over it. */
  public boolean brokerIsAway() {
    return Broker.away(bus).isPresent();
  }
}
