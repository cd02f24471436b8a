/** How the command logs: to stderr, by Logback, set up in code. */
@NullMarked
package io.postbus.cli.logging;

import org.jspecify.annotations.NullMarked;
