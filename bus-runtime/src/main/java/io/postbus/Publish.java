package io.postbus;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;

/** Where {@link PublishOptions} begin: {@code Publish.after(ofMinutes(30)).handle("order:7")}. */
public final class Publish {
  private Publish() {}

  /** See {@link PublishOptions#confirmed()}. */
  public static PublishOptions confirmed() {
    return PublishOptions.DEFAULT;
  }

  /** See {@link PublishOptions#rapid()}. */
  public static PublishOptions rapid() {
    return PublishOptions.DEFAULT.rapid();
  }

  /** See {@link PublishOptions#after(Duration)}. */
  public static PublishOptions after(Duration delay) {
    return PublishOptions.DEFAULT.after(delay);
  }

  /** See {@link PublishOptions#at(Instant)}. */
  public static PublishOptions at(Instant time) {
    return PublishOptions.DEFAULT.at(time);
  }

  /** See {@link PublishOptions#guaranteed()}. */
  public static PublishOptions guaranteed() {
    return PublishOptions.DEFAULT.guaranteed();
  }

  /** See {@link PublishOptions#inTransaction(Connection)}. */
  public static PublishOptions inTransaction(Connection open) {
    return PublishOptions.DEFAULT.inTransaction(open);
  }

  /** See {@link PublishOptions#inTransaction(Connection, String)}. */
  public static PublishOptions inTransaction(Connection open, String outbox) {
    return PublishOptions.DEFAULT.inTransaction(open, outbox);
  }

  /** See {@link PublishOptions#timeout(Duration)}. */
  public static PublishOptions timeout(Duration limit) {
    return PublishOptions.DEFAULT.timeout(limit);
  }

  /** See {@link PublishOptions#timeToLive(Duration)}. */
  public static PublishOptions timeToLive(Duration ttl) {
    return PublishOptions.DEFAULT.timeToLive(ttl);
  }

  /** See {@link PublishOptions#toGroup(String)}. */
  public static PublishOptions toGroup(String group) {
    return PublishOptions.DEFAULT.toGroup(group);
  }

  /** See {@link PublishOptions#driver(String)}. */
  public static PublishOptions driver(String name) {
    return PublishOptions.DEFAULT.driver(name);
  }
}
