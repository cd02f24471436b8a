package io.postbus.driver.kafka;

import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.PublishException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Translates what the clients throw. The only place that judges their exceptions. */
final class KafkaErrors {
  private KafkaErrors() {}

  /**
   * @param doing what failed, as in "Declaring the topic x"
   */
  static BusException translate(String doing, Throwable e) {
    if (e instanceof BusException known) {
      return known;
    }
    String text = doing + " failed: " + reason(e);
    if (e instanceof AuthorizationException) {
      return new ConfigurationException(
          text + "; give the user the permission, or use another user", e);
    } else if (refusesForGood(e)) {
      return new ConfigurationException(text, e);
    }
    return new ConnectionException(text, e);
  }

  private static boolean refusesForGood(Throwable e) {
    if (brokersAreFenced(e)) {
      return false;
    }
    return e instanceof InvalidTopicException
        || e instanceof InvalidPartitionsException
        || e instanceof InvalidReplicationFactorException
        || e instanceof InvalidConfigurationException
        || e instanceof PolicyViolationException
        || e instanceof ConfigException
        || e instanceof UnsupportedVersionException;
  }

  /** As long as they start or stop: no matter of what was asked for. */
  private static boolean brokersAreFenced(Throwable e) {
    return e instanceof InvalidReplicationFactorException && reason(e).contains("fenced");
  }

  /** What happened in a few words, without secrets: the clients' own texts have none. */
  static String reason(Throwable e) {
    if (e instanceof DisconnectException) {
      return "the connection was lost";
    } else if (e instanceof TimeoutException) {
      return "no answer in time";
    } else if (e instanceof AuthenticationException) {
      return "access refused: " + e.getMessage();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /**
   * Why a message was not confirmed.
   *
   * @param left whether it may have left this process
   */
  static BusException unconfirmed(Throwable e, boolean left) {
    if (refusesMessage(e)) {
      return PublishException.refused("The broker refused the message: " + reason(e), e);
    }
    return left
        ? PublishException.unknown("The message was not confirmed: " + reason(e), e)
        : PublishException.rejected("The message was not sent: " + reason(e), e);
  }

  private static boolean refusesMessage(Throwable e) {
    return e instanceof AuthorizationException
        || e instanceof RecordTooLargeException
        || e instanceof RecordBatchTooLargeException
        || e instanceof InvalidTimestampException
        || e instanceof InvalidRecordException
        || refusesForGood(e);
  }
}
