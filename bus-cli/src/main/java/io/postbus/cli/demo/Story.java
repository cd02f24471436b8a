package io.postbus.cli.demo;

import io.postbus.Bus;
import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.DeadLetters.Redriven;
import io.postbus.Filter;
import io.postbus.cli.CommandFailure;
import io.postbus.cli.ExitCode;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What happens, from the first gift to the last. One thread. */
final class Story {
  static final String TASK_CHECK = "task-check.ruby";
  static final String TOTALS = "totals.all";
  static final String REWARDS = "rewards.pay";
  static final List<String> GROUPS = List.of(TASK_CHECK, TOTALS, REWARDS);

  /** Who does the task in the end. */
  static final List<String> DONE = List.of("ann", "dee", "eve");

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int GIFTS = 300;

  private final Bus bus;
  private final Narrator narrator;
  private final Ledger ledger;
  private final Site site;

  Story(Bus bus, Narrator narrator, Ledger ledger, Site site) {
    this.bus = bus;
    this.narrator = narrator;
    this.ledger = ledger;
    this.site = site;
  }

  /** Tells it, and returns the account of each group when nothing is left to come. */
  List<Account> tell() throws InterruptedException {
    evening();
    poison();
    await("dee and eve have done the task", () -> paid("dee") && paid("eve"));
    Redriven redriven = redrive();
    await("every message is handled", () -> accounts().stream().allMatch(this::complete));
    return accounts().stream()
        .map(a -> a.group().equals(TOTALS) ? a.dead(redriven.matched(), redriven.sent()) : a)
        .toList();
  }

  private void evening() throws InterruptedException {
    narrator.scene("ann streams for 75 minutes and is given 120 coins: that is the task");
    site.streamed("ann", 75);
    site.earned("ann", 120, "coins");
    narrator.scene("bob streams for long and earns little, cho earns much and streams little");
    site.streamed("bob", 90);
    site.earned("bob", 40, "coins");
    site.streamed("cho", 30);
    site.earned("cho", 500, "coins");
    narrator.scene("viewers send " + GIFTS + " small gifts at once");
    site.gifts(GIFTS);
    narrator.scene("dee's second gift is sent in 3 s, eve's hour is full in 6 s");
    site.streamed("dee", 70);
    site.earned("dee", 60, "coins");
    site.earnsLater("dee", 80, Duration.ofSeconds(3));
    site.earned("eve", 150, "coins");
    site.streamsUntil("eve", 61, Duration.ofSeconds(6));
    narrator.scene("fay's hour would be full in 5 s, but she goes offline: it is cancelled");
    site.earned("fay", 200, "coins");
    site.streamsUntil("fay", 61, Duration.ofSeconds(5));
    if (!site.cancels("fay")) {
      throw broken("fay's message could not be cancelled");
    }
    await("ann is paid", () -> paid("ann"));
  }

  private void poison() throws InterruptedException {
    narrator.scene("gus is given 3 jade, a currency that nobody has published a rate for");
    site.earned("gus", 3, "jade");
    DeadLetters letters = bus.deadLetters(TOTALS);
    await("there is a dead letter", () -> letters.count(Filter.all()) == 1);
    DeadLetter letter = letters.list(Filter.all(), null, 10).items().get(0);
    narrator.event("it is in the dead letters of totals now, for somebody to look at:");
    narrator.event(
        "  %s %s of %s: %s"
            .formatted(
                letter.message().id(),
                letter.message().type(),
                letter.message().key(),
                letter.failure().message()));
  }

  private Redriven redrive() throws InterruptedException {
    narrator.scene("somebody publishes the rate of jade, and redrives the dead letter");
    site.sets("jade", 100);
    await("the rate is known", () -> handled("RateSet"));
    Redriven redriven = bus.deadLetters(TOTALS).redrive(Filter.all());
    narrator.event(redriven.sent() + " dead letter is on its way to totals again");
    return redriven;
  }

  private boolean paid(String uid) {
    return ledger.attempts().stream()
        .filter(a -> a.group().equals(REWARDS) && a.error() == null)
        .anyMatch(a -> uid.equals(a.message().key()));
  }

  private boolean handled(String type) {
    return ledger.attempts().stream()
        .anyMatch(a -> a.error() == null && a.message().type().equals(type));
  }

  private boolean complete(Account account) {
    return account.missing() == 0;
  }

  private List<Account> accounts() {
    List<Message> published = ledger.published();
    return GROUPS.stream()
        .map(name -> Account.of(group(name), published, ledger.attempts()))
        .toList();
  }

  private Group group(String name) {
    return bus.groups().find(name).orElseThrow(() -> broken("The group " + name + " is gone"));
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    if (!ledger.await(condition, PATIENCE)) {
      throw broken("For " + PATIENCE.toSeconds() + " s it has not happened that " + what);
    }
  }

  private static CommandFailure broken(String what) {
    return new CommandFailure(ExitCode.FAILURE, what);
  }
}
