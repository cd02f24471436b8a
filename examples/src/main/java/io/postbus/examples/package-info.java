/**
 * One runnable class a feature, each on the embedded broker: {@code java … PublishAndSubscribe}.
 * The site of the demo, with modules configured in a file, is in {@code examples/live}.
 */
@NullMarked
package io.postbus.examples;

import org.jspecify.annotations.NullMarked;
