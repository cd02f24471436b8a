package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.Consuming;
import io.postbus.Delivery;
import io.postbus.RetrySchedule;
import io.postbus.Subscription;
import io.postbus.cli.Broker;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.cli.Invocation;
import io.postbus.cli.Signals;
import io.postbus.cli.output.Listing;
import io.postbus.cli.output.Row;
import io.postbus.message.Message;
import io.postbus.message.MessageId;
import io.postbus.runtime.json.CloudEventJson;
import io.postbus.spi.Start;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "subscribe",
    description = {
      "shows what is published from now on, until Ctrl-C, the count or the --timeout.",
      "It gets a copy of everything, by a group of its own that is removed at the end."
    })
public final class SubscribeCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "the topics")
  List<String> topics = List.of();

  @Option(
      names = {"-e", "--event"},
      paramLabel = "NAME",
      description = "only events of this name, which may have *; repeatable")
  List<String> events = List.of();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "end after so many; 7 is the exit code if the --timeout comes first")
  long count = Long.MAX_VALUE;

  @Option(
      names = "--earliest",
      description = "begin with the oldest message, where the broker keeps history")
  boolean earliest;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "take messages from this group, as one of its members; it stays")
  @Nullable String group;

  private final AtomicLong seen = new AtomicLong();

  SubscribeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Subscription subscription = subscription();
    try (Signals end = Signals.take(() -> {});
        Bus bus = invocation.openToStay();
        Listing list = invocation.output().tail("time", "topic", "type", "key", "id", "body")) {
      Broker.await(bus, invocation);
      Consuming consuming = bus.subscribe(subscription, d -> show(d, list, end));
      Alone.warn(invocation);
      invocation.say("Subscribed to " + String.join(", ", topics) + "; Ctrl-C ends it.");
      boolean ended = await(end);
      consuming.close(Duration.ZERO);
      if (group == null) {
        bus.groups().remove(subscription.group());
      }
      return code(ended);
    }
  }

  private Subscription subscription() {
    String name = group == null ? "postbus-tail-" + MessageId.next() : group;
    try {
      Subscription s =
          Subscription.group(name)
              .topics(topics)
              .concurrency(1)
              .retry(RetrySchedule.NONE)
              .start(earliest ? Start.EARLIEST : Start.LATEST);
      return events.isEmpty() ? s : s.events(events);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** One at a time: the subscription has one handler. */
  private void show(Delivery delivery, Listing list, Signals end) {
    if (seen.get() >= count || end.asked().isDone()) {
      delivery.release();
      return;
    }
    list.row(row(delivery.message()));
    if (seen.incrementAndGet() >= count || invocation.cli().out().checkError()) {
      end.ask();
    }
  }

  private static Row row(Message m) {
    return Messages.row(m)
        .with("time", m.time())
        .with("body", Messages.payload(m))
        .document(CloudEventJson.write(m));
  }

  /** Whether the end was asked for, by a signal or by the count, before the timeout. */
  private boolean await(Signals end) throws Exception {
    Duration limit = invocation.globals().timeout().orElse(null);
    if (limit == null) {
      end.asked().get();
      return true;
    }
    try {
      end.asked().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException over) {
      return false;
    }
  }

  private int code(boolean ended) {
    if (ended || count == Long.MAX_VALUE) {
      return ExitCode.OK;
    }
    throw new CommandFailure(
        ExitCode.TIMEOUT,
        "Only %d of %d messages came within the time".formatted(seen.get(), count));
  }
}
