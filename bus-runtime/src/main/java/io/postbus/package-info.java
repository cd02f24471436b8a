/** What applications use. */
@NullMarked
package io.postbus;

import org.jspecify.annotations.NullMarked;
