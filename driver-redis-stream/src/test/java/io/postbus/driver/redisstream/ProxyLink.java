package io.postbus.driver.redisstream;

import io.postbus.tck.Link;
import io.postbus.testbrokers.RedisBroker;
import io.postbus.testbrokers.TcpProxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A way to a Redis as our own user, through a proxy. */
final class ProxyLink implements Link {
  static final String USER = "postbus";
  static final String PASSWORD = "n0t-f0r-l0gs";

  private final TcpProxy proxy;
  private final RedisBroker broker;
  private final Map<String, Object> more;

  /**
   * @param more settings besides the address
   */
  ProxyLink(RedisBroker broker, Map<String, Object> more) {
    this.broker = broker;
    this.proxy = TcpProxy.to(broker.endpoint());
    this.more = more;
  }

  /** Users are not among what a server keeps. */
  static void addUser(RedisBroker broker) {
    broker.redisCli("ACL", "SETUSER", USER, "on", ">" + PASSWORD, "~*", "&*", "+@all");
  }

  static String uri(String authority) {
    return "redis://" + USER + ":" + PASSWORD + "@" + authority;
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> all = new HashMap<>(more);
    all.put("uris", List.of(uri(broker.uri(proxy.endpoint()).getAuthority())));
    return all;
  }

  @Override
  public void cut() {
    proxy.cut();
  }

  @Override
  public void down() {
    proxy.refuse();
    proxy.cut();
  }

  @Override
  public void stall() {
    proxy.stall();
  }

  @Override
  public void restore() {
    proxy.resume();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
