package io.postbus.cli.command;

import io.postbus.Bus;
import io.postbus.DeadLetter;
import io.postbus.DeadLetters;
import io.postbus.cli.Invocation;
import io.postbus.cli.output.Listing;
import io.postbus.cli.output.Row;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "ls", description = "how many each group has, or those of one group")
final class DeadLs implements Runnable {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "GROUP",
      arity = "0..1",
      description = "the group, postbus.unsent for what never left the store; all if there is none")
  @Nullable String group;

  @Mixin DeadConditions conditions;
  @Mixin Limit limit;

  DeadLs(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public void run() {
    try (Bus bus = invocation.open()) {
      if (group == null) {
        groups(bus);
      } else {
        letters(bus.deadLetters(group));
      }
    }
  }

  private void groups(Bus bus) {
    try (Listing list = invocation.output().list("group", "dead")) {
      SortedSet<String> names = new TreeSet<>(Landscape.of(invocation, bus).groups().keySet());
      names.add(DeadLetters.UNSENT);
      for (String name : names) {
        long dead = bus.deadLetters(name).count(conditions.filter());
        if (dead > 0) {
          list.row(Row.of("group", name).with("dead", dead));
        }
      }
    }
  }

  private void letters(DeadLetters letters) {
    try (Listing list =
        invocation
            .output()
            .list("id", "topic", "type", "key", "attempts", "failed", "error", "message")) {
      limit.each(
          invocation,
          (cursor, most) -> letters.list(conditions.filter(), cursor, most),
          letter -> list.row(row(letter)));
    }
  }

  private static Row row(DeadLetter letter) {
    return Messages.row(letter.message())
        .with("attempts", letter.attempts())
        .with("failed", letter.failure().last())
        .with("error", Messages.shortName(letter.failure().error()))
        .with("message", letter.failure().message())
        .document(Messages.json(letter));
  }
}
