/**
 * Leases that are kept: renewed while they are needed, given up when they cannot be, and told about
 * when they are lost. Locks for applications are made of them, and so is a single active member.
 */
@NullMarked
package io.postbus.runtime.lock;

import org.jspecify.annotations.NullMarked;
