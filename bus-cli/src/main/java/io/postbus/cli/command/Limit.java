package io.postbus.cli.command;

import io.postbus.Page;
import io.postbus.cli.Invocation;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many rows a list has at most, and the walk through its pages. */
final class Limit {
  private static final int PAGE = 500;

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "at most so many (default: 100)")
  long most = 100;

  /** Hands over what the pages hold, up to the limit, and tells where there is more. */
  <T> void each(
      Invocation invocation,
      BiFunction<@Nullable String, Integer, Page<T>> pages,
      Consumer<T> consumer) {
    long left = most;
    @Nullable String cursor = null;
    while (left > 0) {
      Page<T> page = pages.apply(cursor, (int) Math.min(PAGE, left));
      page.items().forEach(consumer);
      left -= page.items().size();
      cursor = page.next().orElse(null);
      if (cursor == null) {
        return;
      }
    }
    invocation.say("There are more; --limit shows them.");
  }

  /** All of the pages, whatever the limit of a list. */
  static <T> void all(BiFunction<@Nullable String, Integer, Page<T>> pages, Consumer<T> consumer) {
    @Nullable String cursor = null;
    do {
      Page<T> page = pages.apply(cursor, PAGE);
      page.items().forEach(consumer);
      cursor = page.next().orElse(null);
    } while (cursor != null);
  }
}
