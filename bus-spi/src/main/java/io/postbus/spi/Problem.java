package io.postbus.spi;

/**
 * One thing wrong with the configuration.
 *
 * @param place where: a file with its line and the key's path, or empty
 * @param message what is wrong and what to write instead; never a secret's value
 */
public record Problem(String place, String message) {
  @Override
  public String toString() {
    return place.isEmpty() ? message : place + ": " + message;
  }
}
