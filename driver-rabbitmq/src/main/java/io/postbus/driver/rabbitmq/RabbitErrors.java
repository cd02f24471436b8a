package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.PublishException;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Translates what the client throws. The only place that knows its exceptions and reply codes. */
final class RabbitErrors {
  static final int NO_ROUTE = 312;

  private static final Pattern EXCHANGE = Pattern.compile("exchange '([^']*)'");
  private static final Pattern MAX_SIZE = Pattern.compile("max size:? (\\d{1,18})");

  private RabbitErrors() {}

  /**
   * @param doing what failed, as in "Declaring the topic x"
   */
  static BusException translate(String doing, Throwable e) {
    if (e instanceof BusException known) {
      return known;
    }
    String text = doing + " failed: " + reason(e);
    return switch (code(e)) {
      case AMQP.ACCESS_REFUSED ->
          new ConfigurationException(
              text + "; give the user the permission, or use another user", e);
      case AMQP.NOT_FOUND ->
          new ConfigurationException(text + "; declare it, or let declare: create do so", e);
      case AMQP.PRECONDITION_FAILED, AMQP.RESOURCE_LOCKED -> new ConfigurationException(text, e);
      default -> new ConnectionException(text, e);
    };
  }

  /** The broker's reply code, or 0 if it did not give one. */
  static int code(Throwable e) {
    Method close = closing(e);
    if (close instanceof AMQP.Channel.Close c) {
      return c.getReplyCode();
    }
    return close instanceof AMQP.Connection.Close c ? c.getReplyCode() : 0;
  }

  /** What happened in a few words, without secrets: the client and the broker name users only. */
  static String reason(Throwable e) {
    Method close = closing(e);
    if (close instanceof AMQP.Channel.Close c) {
      return c.getReplyText();
    }
    if (close instanceof AMQP.Connection.Close c) {
      return c.getReplyText();
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      String text = known(t);
      if (text != null) {
        return text;
      }
    }
    Throwable root = root(e);
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static @Nullable String known(Throwable t) {
    if (t instanceof BusException) {
      return t.getMessage();
    } else if (t instanceof AuthenticationFailureException
        || t instanceof PossibleAuthenticationFailureException) {
      return "access refused";
    } else if (t instanceof TimeoutException || t instanceof SocketTimeoutException) {
      return "no answer in time";
    } else if (t instanceof UnknownHostException) {
      return "unknown host " + t.getMessage();
    } else if (t instanceof SSLException) {
      return "TLS: " + t.getMessage();
    } else if (t instanceof EOFException) {
      return "the broker closed the connection";
    }
    return null;
  }

  /** The exchange that the broker's text is about, or null. */
  static @Nullable String exchange(String text) {
    Matcher m = EXCHANGE.matcher(text);
    return !m.find() ? null : "amq.default".equals(m.group(1)) ? "" : m.group(1);
  }

  /** Which messages made the broker close the channel they were published on. */
  static Predicate<Outgoing> culprit(ShutdownSignalException close) {
    String text = reason(close);
    Matcher tooLarge = MAX_SIZE.matcher(text);
    if (tooLarge.find()) {
      long limit = Long.parseLong(tooLarge.group(1));
      return o -> o.body.length > limit;
    }
    String exchange = exchange(text);
    return exchange == null ? o -> false : o -> o.exchange.equals(exchange);
  }

  /** What to tell the senders of these. */
  static PublishException refusal(ShutdownSignalException close) {
    return code(close) == AMQP.NOT_FOUND
        ? PublishException.unroutable(reason(close))
        : PublishException.refused("The broker refused the message: " + reason(close), close);
  }

  private static @Nullable Method closing(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ShutdownSignalException s && s.getReason() != null) {
        return s.isInitiatedByApplication() ? null : s.getReason();
      }
    }
    return null;
  }

  private static Throwable root(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }
}
