/** Modules as processes: in this one, in several under a supervisor, and as one of those. */
@NullMarked
package io.postbus.cli.run;

import org.jspecify.annotations.NullMarked;
