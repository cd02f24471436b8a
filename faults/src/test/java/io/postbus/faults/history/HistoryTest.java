package io.postbus.faults.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes write down is what is read. */
class HistoryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");

  @TempDir private Path folder;

  @Test
  void everyEventIsReadAsItWasWritten() {
    List<Event> all =
        List.of(
            new Event.Published(NOW, "t.1", Kind.DELAYED, "p1", "", 7, NOW.plusSeconds(1)),
            new Event.Ended(NOW, "t.1", Ending.UNKNOWN),
            new Event.Cancelled(NOW, "t.1"),
            new Event.Fired(NOW, "t.1", "c1", NOW.minusNanos(1000)),
            new Event.Begun(NOW, "t.1", "g", "c1", 2),
            new Event.Handled(NOW, "t.1", "g", "c1", 2),
            new Event.Dead(NOW, "t.1", "g"),
            new Event.Held(NOW, "lock", 12, "c1"),
            new Event.Said(NOW, "c1", "open", "two words"));

    assertThat(all).allSatisfy(e -> assertThat(Event.parse(e.line())).isEqualTo(e));
    assertThatThrownBy(() -> Event.parse("Q\t1")).hasMessageContaining("Not an event");
  }

  @Test
  void aLineThatIsBeingWrittenIsReadOnceItIsWhole() throws Exception {
    Path file = Files.createFile(folder.resolve("journal"));
    String line = new Event.Ended(NOW, "t.1", Ending.CONFIRMED).line() + "\n";
    try (History history = new History(Set.of("g"), Set.of())) {
      history.follow(file);
      Ledger ledger = history.begin("t");
      Files.writeString(file, line.substring(0, 10));
      history.refresh();
      assertThat(ledger.stories()).isEmpty();
      Files.writeString(file, line);
      history.refresh();
      assertThat(ledger.stories()).extracting(Story::confirmed).containsExactly(true);
    }
  }

  @Test
  void eachTrialHasItsOwnLedgerAndWhatBelongsToNoneIsAStray() {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file);
        History history = new History(Set.of("g"), Set.of())) {
      history.follow(file);
      Ledger first = history.begin("t1");
      journal.write(new Event.Cancelled(NOW, "t1.a"));
      Ledger second = history.begin("t2");
      journal.write(new Event.Cancelled(NOW, "t2.a"));
      journal.write(new Event.Cancelled(NOW, "t1.late"));
      journal.write(new Event.Cancelled(NOW, "ghost"));
      history.refresh();

      assertThat(first.stories()).extracting(Story::id).containsExactly("t1.a");
      assertThat(second.stories()).extracting(Story::id).containsExactly("t2.a");
      assertThat(history.strays()).containsExactly("ghost");
    }
  }
}
