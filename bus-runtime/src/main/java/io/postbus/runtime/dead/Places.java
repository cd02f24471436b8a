package io.postbus.runtime.dead;

import io.postbus.Page;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Pages over several places, one place after the other. */
public final class Places {
  private static final int MOST = 500;

  private Places() {}

  /** A place that is listed in pages. */
  @FunctionalInterface
  public interface Place<T> {
    /** A page; the first one for null. */
    Page<T> list(@Nullable String cursor, int limit);
  }

  /**
   * A page of all of them.
   *
   * @param cursor where the previous page ended, or null for the first
   * @param limit from 1 to 500
   */
  public static <T> Page<T> list(List<Place<T>> places, @Nullable String cursor, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit is " + limit + ", must be from 1 to " + MOST);
    }
    if (cursor == null) {
      return list(places, 0, null, limit);
    }
    int colon = cursor.indexOf(':');
    int place = Integer.parseInt(cursor.substring(0, colon));
    return list(
        places, place, colon + 1 < cursor.length() ? cursor.substring(colon + 1) : null, limit);
  }

  private static <T> Page<T> list(
      List<Place<T>> places, int place, @Nullable String within, int limit) {
    Page<T> page = places.get(place).list(within, limit);
    boolean last = place == places.size() - 1;
    if (page.next().isPresent()) {
      return new Page<>(page.items(), Optional.of(place + ":" + page.next().get()));
    }
    if (page.items().isEmpty() && !last) {
      return list(places, place + 1, null, limit);
    }
    return new Page<>(page.items(), last ? Optional.empty() : Optional.of(place + 1 + ":"));
  }
}
