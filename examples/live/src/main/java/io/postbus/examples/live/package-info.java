/** Modules of a live-streaming site, as a team would write them. */
@NullMarked
package io.postbus.examples.live;

import org.jspecify.annotations.NullMarked;
