package io.postbus.spi;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A value of the configuration and where it stands.
 *
 * @param value a scalar ({@code String}, {@code Number}, {@code Boolean}), a {@code
 *     Supplier<String>} that is read anew each time, a {@code List<Located>} or a {@code
 *     Map<String, Located>}
 * @param place as a person would look for it: {@code postbus.yaml:12}, an environment variable
 */
public record Located(Object value, String place) {
  public Located {
    if (!(value instanceof CharSequence
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Supplier
        || value instanceof List
        || value instanceof Map)) {
      throw new IllegalArgumentException("Not a value of a configuration: " + value.getClass());
    }
  }

  /** The value as text, for a scalar. */
  String text() {
    return value instanceof Supplier<?> s ? String.valueOf(s.get()) : String.valueOf(value);
  }

  boolean scalar() {
    return !(value instanceof List || value instanceof Map);
  }
}
