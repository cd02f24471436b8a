package io.postbus.runtime.consume;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What has been decided of an attempt. The first decision stands. */
sealed interface Verdict {
  /** Decisions that need no more words. */
  enum Plain implements Verdict {
    ACK,
    RELEASE,
    /** The broker has taken it back; nothing more can be done about it here. */
    REVOKED,
    /** The batch it was in has failed; another job repeats it alone. */
    REPEATED
  }

  /**
   * The attempt failed.
   *
   * @param delay what the handler asked for, or null to follow the schedule
   */
  record Failed(Throwable cause, @Nullable Duration delay) implements Verdict {}

  /**
   * It was unsettled at its deadline.
   *
   * @param cause with the stack of the handler at that moment, where one was at work
   */
  record TimedOut(TimeoutException cause) implements Verdict {}

  /** The handler gave up on it. */
  record Dead(String reason) implements Verdict {}
}
