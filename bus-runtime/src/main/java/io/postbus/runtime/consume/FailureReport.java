package io.postbus.runtime.consume;

import io.postbus.NotRetryable;
import io.postbus.spi.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns what a handler threw into the few kB that are kept of it. */
final class FailureReport {
  private static final int MESSAGE_CHARS = 1_000;
  private static final int TRACE_CHARS = 4_000;
  private static final int MAX_CAUSES = 10;

  private FailureReport() {}

  /** The failure, with the time of the first one kept from those before. */
  static Failure of(Throwable cause, Instant now, @Nullable Failure before, int redrives) {
    String said = cause.getMessage();
    return new Failure(
        before == null ? now : before.first(),
        now,
        cause instanceof Unthrown u ? u.word() : cause.getClass().getName(),
        said == null ? "" : cut(said, MESSAGE_CHARS),
        trace(cause),
        redrives);
  }

  /** Whether trying again makes no sense: it, or one of its causes, is marked so. */
  static boolean isFinal(Throwable cause) {
    for (Throwable t : chain(cause)) {
      if (t instanceof NotRetryable) {
        return true;
      }
    }
    return false;
  }

  private static String trace(Throwable cause) {
    StringBuilder out = new StringBuilder();
    for (Throwable t : chain(cause)) {
      StackTraceElement[] frames = t.getStackTrace();
      if (frames.length == 0 && t instanceof Unthrown) {
        continue;
      }
      out.append(out.isEmpty() ? "" : "Caused by: ").append(t).append('\n');
      for (int i = 0; i < frames.length && out.length() < TRACE_CHARS; i++) {
        out.append("\tat ").append(frames[i]).append('\n');
      }
      if (out.length() >= TRACE_CHARS) {
        break;
      }
    }
    return cut(out.toString(), TRACE_CHARS);
  }

  /** The throwable and its causes, so many: a chain may lead back into itself. */
  private static List<Throwable> chain(Throwable cause) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable t = cause; t != null && chain.size() < MAX_CAUSES; t = t.getCause()) {
      chain.add(t);
    }
    return chain;
  }

  private static String cut(String text, int chars) {
    return text.length() <= chars ? text : text.substring(0, chars - 1) + "…";
  }
}
