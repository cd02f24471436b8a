/**
 * Several processes of a module on one machine: a supervisor that keeps them alive, and what a
 * child does for its supervisor.
 */
@NullMarked
package io.postbus.cli.supervise;

import org.jspecify.annotations.NullMarked;
