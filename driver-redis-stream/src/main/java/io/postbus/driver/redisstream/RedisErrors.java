package io.postbus.driver.redisstream;

import io.postbus.spi.BusException;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionException;
import io.postbus.spi.PublishException;
import io.postbus.spi.StoreException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;

/** Translates what the client throws. The only place that knows the server's error codes. */
final class RedisErrors {
  /** Takes no writes for now: memory, disk, too few replicas. */
  private static final Set<String> FULL = Set.of("OOM", "MISCONF", "NOREPLICAS");

  /** Asked in the wrong place or at the wrong time; a new connection finds the right one. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "MOVED",
          "ASK",
          "READONLY",
          "LOADING",
          "CLUSTERDOWN",
          "MASTERDOWN",
          "TRYAGAIN",
          "BUSY",
          "UNBLOCKED");

  private static final Set<String> DENIED = Set.of("NOAUTH", "WRONGPASS", "NOPERM");

  private RedisErrors() {}

  /**
   * @param doing what failed, as in "Declaring the topic x"
   */
  static BusException translate(String doing, Throwable e) {
    if (e instanceof BusException known) {
      return known;
    }
    String text = doing + " failed: " + reason(e);
    String code = code(e);
    if (DENIED.contains(code)) {
      return new ConfigurationException(
          text + "; give the user the permission, or use another user", e);
    }
    if (code.equals("WRONGTYPE")) {
      return new ConfigurationException(
          text + "; a key of that name is no stream: rename the topic or set a namespace", e);
    }
    return new ConnectionException(text, e);
  }

  /** The same for a store, which tells what the server refused from what it never answered. */
  static BusException ofStore(String doing, Throwable e) {
    return e instanceof JedisDataException && !DENIED.contains(code(e))
        ? new StoreException(doing + " failed: " + reason(e), isFull(e) || isElsewhere(e), e)
        : translate(doing, e);
  }

  /** What to tell the sender of a message that was refused for good. */
  static PublishException refusal(JedisDataException e) {
    return PublishException.refused("Redis refused the message: " + e.getMessage(), e);
  }

  static boolean isFull(Throwable e) {
    return FULL.contains(code(e));
  }

  static boolean isElsewhere(Throwable e) {
    return ELSEWHERE.contains(code(e));
  }

  /** The consumer group or its stream is gone. */
  static boolean isNoGroup(Throwable e) {
    return code(e).equals("NOGROUP") || code(e).equals("UNBLOCKED");
  }

  static boolean isBusyGroup(Throwable e) {
    return code(e).equals("BUSYGROUP");
  }

  /** The first word of what the server said, or empty if it said nothing. */
  private static String code(Throwable e) {
    String text = e instanceof JedisDataException ? e.getMessage() : null;
    if (text == null) {
      return "";
    }
    if (text.contains("user executing the script")) {
      return "NOPERM";
    }
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  /** What happened in a few words, without secrets: neither client nor server name any. */
  static String reason(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      String text = known(t);
      if (text != null) {
        return text;
      }
    }
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static @Nullable String known(Throwable t) {
    if (t instanceof BusException || t instanceof JedisDataException) {
      return t.getMessage();
    } else if (t instanceof SocketTimeoutException) {
      return "no answer in time";
    } else if (t instanceof UnknownHostException) {
      return "unknown host " + t.getMessage();
    } else if (t instanceof SSLException) {
      return "TLS: " + t.getMessage();
    }
    return null;
  }
}
