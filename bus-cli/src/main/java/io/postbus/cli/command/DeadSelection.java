package io.postbus.cli.command;

import io.postbus.DeadLetters;
import io.postbus.Filter;
import io.postbus.cli.CommandFailure;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which dead letters of a group are meant. */
final class DeadSelection {
  @Parameters(index = "0", paramLabel = "GROUP", description = "the group that gave up on them")
  String group = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ID",
      arity = "0..*",
      description = "only messages of these ids")
  List<String> ids = List.of();

  @Mixin DeadConditions conditions;

  /** A filter for each id, or one for all. */
  List<Filter> filters() {
    if (ids.isEmpty()) {
      return List.of(conditions.filter());
    }
    if (!conditions.none()) {
      throw CommandFailure.usage("Name ids or conditions, not both");
    }
    return ids.stream().map(Filter::id).toList();
  }

  /** How many are meant; there is no such thing as an id without a letter. */
  long count(DeadLetters letters) {
    long sum = 0;
    for (int i = 0; i < filters().size(); i++) {
      long found = letters.count(filters().get(i));
      if (found == 0 && !ids.isEmpty()) {
        throw CommandFailure.notFound(
            "The group " + group + " has no dead letter of the message " + ids.get(i));
      }
      sum += found;
    }
    return sum;
  }

  /** How many of them are left, as people say it. */
  String left(DeadLetters letters) {
    return told(filters().stream().mapToLong(letters::count).sum()) + " left";
  }

  /** As people say it. */
  String told(long n) {
    return (n == 1 ? "1 dead letter" : n + " dead letters") + " of the group " + group;
  }
}
