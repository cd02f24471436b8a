/** The postbus command. */
@NullMarked
package io.postbus.cli;

import org.jspecify.annotations.NullMarked;
