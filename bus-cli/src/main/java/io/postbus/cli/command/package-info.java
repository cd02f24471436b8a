/** The commands, one class each. They ask the bus and say what it answers. */
@NullMarked
package io.postbus.cli.command;

import org.jspecify.annotations.NullMarked;
