package io.postbus.tck;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as a program that knows nothing of Postbus reads it from the broker.
 *
 * @param headers every header or field but the payload, as text
 * @param contentType where the broker has a place of its own for it, else null
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record NativeMessage(
    byte[] body, Map<String, String> headers, @Nullable String contentType) {}
