/** The driver for RabbitMQ. */
@NullMarked
package io.postbus.driver.rabbitmq;

import org.jspecify.annotations.NullMarked;
