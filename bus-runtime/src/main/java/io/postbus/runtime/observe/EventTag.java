package io.postbus.runtime.observe;

import io.postbus.spi.TypeFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tag of an event's type: the configured name or pattern that it matches, else {@code other},
 * so that publishers cannot make tags without end. Thread-safe.
 */
final class EventTag {
  static final String OTHER = "other";
  private static final int REMEMBERED = 1000;

  private final TypeFilter filter;
  private final List<TypeFilter> patterns;
  private final Map<String, String> remembered = new ConcurrentHashMap<>();

  EventTag(TypeFilter filter) {
    this.filter = filter;
    this.patterns =
        filter.patterns().stream()
            .filter(p -> p.indexOf('*') >= 0)
            .map(p -> TypeFilter.of(p))
            .toList();
  }

  String of(String type) {
    if (filter.patterns().contains(type)) {
      return type;
    }
    if (patterns.isEmpty()) {
      return OTHER;
    }
    String tag = remembered.get(type);
    if (tag == null) {
      tag = match(type);
      if (remembered.size() < REMEMBERED) {
        remembered.put(type, tag);
      }
    }
    return tag;
  }

  private String match(String type) {
    for (TypeFilter p : patterns) {
      if (p.accepts(type)) {
        return p.patterns().iterator().next();
      }
    }
    return OTHER;
  }
}
