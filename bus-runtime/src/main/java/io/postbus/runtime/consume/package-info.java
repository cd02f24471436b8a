/**
 * Consuming: {@code poll → lanes → workers → settle}, for one subscription on one driver. Retry,
 * filters, deadlines, order and the graceful stop live here; what is published, stored or measured
 * comes in through the seams of {@link io.postbus.runtime.consume.ConsumeContext}.
 */
@NullMarked
package io.postbus.runtime.consume;

import org.jspecify.annotations.NullMarked;
