package io.postbus.spi;

import java.util.function.Supplier;

/**
 * A value that must not be shown: a password, a key, an address that contains one. Its source is
 * read anew at each {@link #reveal()}, so a rotated password is found at the next connection.
 */
public final class Secret {
  private final Supplier<String> source;

  private Secret(Supplier<String> source) {
    this.source = source;
  }

  public static Secret of(String value) {
    return new Secret(() -> value);
  }

  public static Secret of(Supplier<String> source) {
    return new Secret(source);
  }

  /**
   * The value now. Use it at once and keep it nowhere.
   *
   * @throws ConfigurationException if its source, a file for example, cannot be read
   */
  public String reveal() {
    return source.get();
  }

  @Override
  public String toString() {
    return "****";
  }
}
