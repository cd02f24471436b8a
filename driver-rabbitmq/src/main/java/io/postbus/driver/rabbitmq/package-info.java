/**
 * The driver for RabbitMQ: topics are exchanges, groups are queues. What lives here is AMQP 0-9-1
 * and the mending of its connections; retry, delay, dead letters and every other policy are the
 * runtime's.
 */
@NullMarked
package io.postbus.driver.rabbitmq;

import org.jspecify.annotations.NullMarked;
