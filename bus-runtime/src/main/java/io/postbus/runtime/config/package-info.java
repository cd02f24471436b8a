/**
 * From postbus.yaml, the environment and code to typed settings, every problem with its place.
 * Nothing here opens or starts anything.
 */
@NullMarked
package io.postbus.runtime.config;

import org.jspecify.annotations.NullMarked;
