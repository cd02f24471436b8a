package io.postbus.cli.demo;

import io.postbus.cli.Invocation;
import java.util.Locale;

/** Tells the story, each line with the time since it began. Thread-safe. */
final class Narrator {
  private static final String DIM = "\u001B[2m";
  private static final String BOLD = "\u001B[1m";
  private static final String PLAIN = "\u001B[0m";

  private final Invocation invocation;
  private final boolean colours;
  private final long begun = System.nanoTime();

  Narrator(Invocation invocation) {
    this.invocation = invocation;
    this.colours = invocation.terminal().colours() && invocation.terminal().err();
  }

  /** What a person of the story does. */
  void scene(String text) {
    line(colours ? BOLD + text + PLAIN : text);
  }

  /** What follows from it. */
  void event(String text) {
    line("  " + text);
  }

  private synchronized void line(String text) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    String time = String.format(Locale.ROOT, "%5.1f s", seconds);
    invocation.say((colours ? DIM + time + PLAIN : time) + "  " + text);
  }
}
