/**
 * Time as the runtime sees it: one source of moments and timers, real or under a test's control.
 */
@NullMarked
package io.postbus.runtime.time;

import org.jspecify.annotations.NullMarked;
