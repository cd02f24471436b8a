package io.postbus.cli.demo;

import io.postbus.cli.demo.Ledger.Attempt;
import io.postbus.examples.live.Live;
import io.postbus.message.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Tells of the attempts that matter to the story. Thread-safe. */
final class Commentary implements Ledger.Listener {
  private final Narrator narrator;
  private final Map<String, Instant> due;

  /**
   * A commentary.
   *
   * @param due when delayed messages are to be sent, by their ids
   */
  Commentary(Narrator narrator, Map<String, Instant> due) {
    this.narrator = narrator;
    this.due = due;
  }

  @Override
  public void published(Message message) {
    if (message.topic().equals(Live.TASK)) {
      narrator.event("task-check found that " + message.key() + " has done the task");
    }
  }

  @Override
  public void began(Message message, String group) {
    Instant wanted = due.get(message.id());
    if (wanted != null && group.equals(Story.TASK_CHECK)) {
      long late = Duration.between(wanted, Instant.now()).toMillis();
      narrator.event(
          "the delayed %s of %s arrives, %d ms after it was due"
              .formatted(message.type(), message.key(), late));
    }
  }

  @Override
  public void ended(Attempt attempt) {
    if (attempt.group().equals(Story.REWARDS)) {
      rewards(attempt);
    } else if (attempt.error() != null) {
      narrator.event(
          "%s cannot handle a gift to %s: %s"
              .formatted(attempt.group(), attempt.message().key(), attempt.error().getMessage()));
    }
  }

  private void rewards(Attempt attempt) {
    String who = attempt.message().key();
    if (attempt.error() == null) {
      narrator.event("rewards paid " + who + " at attempt " + attempt.number());
    } else {
      narrator.event(
          "rewards could not pay %s at attempt %d: %s; it tries again in a second"
              .formatted(who, attempt.number(), attempt.error().getMessage()));
    }
  }
}
