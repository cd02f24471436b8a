/**
 * Business modules: a handler of one of three kinds with its configured consumers, started and
 * stopped together. How many processes run one is the command's concern.
 */
@NullMarked
package io.postbus.runtime.module;

import org.jspecify.annotations.NullMarked;
