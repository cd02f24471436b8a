/**
 * The driver for Redis Streams, 6.2 and later, and Valkey: topics are streams, groups are consumer
 * groups, and what is sent to one group goes to a stream of its own. Beside it a store on the same
 * server. Retry, delay, dead letters and every other policy are the runtime's.
 */
@NullMarked
package io.postbus.driver.redisstream;

import org.jspecify.annotations.NullMarked;
