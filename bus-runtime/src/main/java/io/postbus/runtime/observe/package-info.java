/** What a bus tells of itself: meters, observations and the admin listener. It decides nothing. */
@NullMarked
package io.postbus.runtime.observe;

import org.jspecify.annotations.NullMarked;
