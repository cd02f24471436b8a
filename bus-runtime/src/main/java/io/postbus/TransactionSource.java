package io.postbus;

import java.sql.Connection;

/**
 * Tells the bus when a transaction of the application has committed, so that what was published in
 * it leaves at once and need not be found in the store. Thread-safe.
 *
 * <p>Nothing depends on it but time: a commit that is not told is found within about 50 ms. With
 * Spring, for example:
 *
 * <pre>{@code
 * (connection, committed) -> TransactionSynchronizationManager.registerSynchronization(
 *     new TransactionSynchronization() {
 *       public void afterCommit() {
 *         committed.run();
 *       }
 *     });
 * }</pre>
 */
@FunctionalInterface
public interface TransactionSource {
  /**
   * A message was published in this transaction. Called on the publishing thread, before publishing
   * returns; one that throws is logged.
   *
   * @param committed to be run after the commit, on any thread: it returns at once and does not
   *     throw. Run too early, twice or after a rollback it does no harm
   */
  void afterCommit(Connection transaction, Runnable committed);
}
