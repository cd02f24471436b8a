/**
 * The postbus command: what is typed is parsed, carried out through the API of applications, and
 * told on stdout (data), stderr (everything else) and by the exit code. No rule of the bus lives
 * here.
 */
@NullMarked
package io.postbus.cli;

import org.jspecify.annotations.NullMarked;
