/**
 * The message and its names: what applications, the runtime and drivers all speak of. Nothing here
 * knows a broker or a policy.
 */
@NullMarked
package io.postbus.message;

import org.jspecify.annotations.NullMarked;
