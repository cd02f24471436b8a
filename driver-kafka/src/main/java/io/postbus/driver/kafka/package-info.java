/**
 * The driver for Kafka: topics are topics, groups are consumer groups with an inbox topic of their
 * own. What lives here is partitions, offsets and membership; retry, delay, dead letters and every
 * other policy are the runtime's.
 */
@NullMarked
package io.postbus.driver.kafka;

import org.jspecify.annotations.NullMarked;
