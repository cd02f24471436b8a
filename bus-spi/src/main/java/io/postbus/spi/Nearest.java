package io.postbus.spi;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the word that somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate that it is the beginning of, or that takes the fewest changes of a letter; null
   * if all are too far off.
   */
  public static @Nullable String to(String word, Collection<String> candidates) {
    String best = null;
    int fewest = 1 + (word.length() < 4 ? 1 : Math.max(2, word.length() / 3));
    for (String c : candidates) {
      int d = word.length() > 2 && c.startsWith(word) ? 1 : distance(word, c);
      if (d < fewest) {
        fewest = d;
        best = c;
      }
    }
    return best;
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
