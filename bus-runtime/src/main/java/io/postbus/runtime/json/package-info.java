/** Messages as lines of JSON, for programs and people. Needs Jackson on the class path. */
@NullMarked
package io.postbus.runtime.json;

import org.jspecify.annotations.NullMarked;
