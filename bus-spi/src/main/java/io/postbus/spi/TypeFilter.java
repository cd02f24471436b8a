package io.postbus.spi;

import io.postbus.message.Names;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which event types a group wants: names, and patterns in which {@code *} stands for any
 * characters. Immutable.
 *
 * @param patterns empty for every type
 */
public record TypeFilter(Set<String> patterns) {
  private static final TypeFilter ALL = new TypeFilter(Set.of());

  public TypeFilter {
    for (String p : patterns) {
      String literal = p.replace("*", "");
      if (!literal.isEmpty()) {
        Names.type(literal);
      } else if (p.isEmpty()) {
        throw new IllegalArgumentException("An event type in a filter is empty");
      }
    }
    patterns = Collections.unmodifiableSet(new TreeSet<>(patterns));
  }

  public static TypeFilter all() {
    return ALL;
  }

  public static TypeFilter of(Collection<String> patterns) {
    return patterns.isEmpty() ? ALL : new TypeFilter(Set.copyOf(patterns));
  }

  public static TypeFilter of(String... patterns) {
    return of(List.of(patterns));
  }

  public boolean accepts(String type) {
    if (patterns.isEmpty() || patterns.contains(type)) {
      return true;
    }
    for (String p : patterns) {
      if (p.indexOf('*') >= 0 && glob(p, type)) {
        return true;
      }
    }
    return false;
  }

  /** True if it lists whole names only, which a broker can match by equality. */
  public boolean exact() {
    return !patterns.isEmpty() && patterns.stream().noneMatch(p -> p.indexOf('*') >= 0);
  }

  private static boolean glob(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
