package io.postbus.faults.check;

/**
 * What became of messages, in numbers.
 *
 * @param handled a message counts once for each group that has it behind it
 * @param repeats beginnings of attempts that had begun before
 * @param lost confirmed and missing, once for each group
 */
public record Account(
    long published,
    long confirmed,
    long failed,
    long unknown,
    long handled,
    long repeats,
    long lost) {
  public static final Account NOTHING = new Account(0, 0, 0, 0, 0, 0, 0);

  public Account plus(Account other) {
    return new Account(
        published + other.published,
        confirmed + other.confirmed,
        failed + other.failed,
        unknown + other.unknown,
        handled + other.handled,
        repeats + other.repeats,
        lost + other.lost);
  }
}
