/**
 * The suite that breaks things on purpose: the command, the trial of a scenario, the account. What
 * happens to a message is judged in {@code check} from what processes wrote down in {@code
 * history}.
 */
@NullMarked
package io.postbus.faults;

import org.jspecify.annotations.NullMarked;
