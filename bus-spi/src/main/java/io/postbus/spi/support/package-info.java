/**
 * What drivers and stores would otherwise each write again: entries as bytes and in lists, waits
 * between attempts, threads, calls of a listener. Nothing here has to be used, and nothing here is
 * policy. Applications have no business with it.
 */
@NullMarked
package io.postbus.spi.support;

import org.jspecify.annotations.NullMarked;
