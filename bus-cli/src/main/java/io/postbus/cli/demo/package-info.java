/**
 * The demo: it tells what happens on a live-streaming site, whose modules are the example {@code
 * live}, and accounts for every message at the end.
 */
@NullMarked
package io.postbus.cli.demo;

import org.jspecify.annotations.NullMarked;
