package io.postbus.cli.supervise;

/**
 * Which of its module's processes a child is.
 *
 * @param number from 1
 */
public record ChildName(String module, int number) {
  @Override
  public String toString() {
    return module + "/" + number;
  }
}
