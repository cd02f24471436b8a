/** How data is written: tables for people, JSON for programs. */
@NullMarked
package io.postbus.cli.output;

import org.jspecify.annotations.NullMarked;
