/** Bodies into payloads and back: bytes, text, JSON and what the application adds. */
@NullMarked
package io.postbus.runtime.codec;

import org.jspecify.annotations.NullMarked;
