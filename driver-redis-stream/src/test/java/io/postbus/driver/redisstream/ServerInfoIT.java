package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Settings;
import io.postbus.testbrokers.RedisBroker;
import io.postbus.testbrokers.RedisOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a server says of itself is judged before it is used. */
class ServerInfoIT {
  @Test
  void aServerThatMayLoseMessagesIsFoundOut() {
    RedisOptions careless =
        RedisOptions.defaults()
            .setting("appendonly", "no")
            .setting("maxmemory-policy", "allkeys-lru");
    try (RedisBroker broker = RedisBroker.open(careless)) {
      ServerInfo info = ask(broker, "");

      info.requireStreams();
      assertThat(info.risks())
          .hasSize(2)
          .anyMatch(r -> r.contains("allkeys-lru") && r.contains("noeviction"))
          .anyMatch(r -> r.contains("appendonly yes"));
    }
  }

  @Test
  void nothingIsWrongWithOneThatKeepsAll() {
    assertThat(ask(RedisBroker.shared(), "").risks()).isEmpty();
  }

  @Test
  void whoMayNotAskIsNotKeptOut() {
    RedisBroker broker = RedisBroker.shared();
    broker.redisCli("ACL", "SETUSER", "silent", "on", ">s", "~*", "&*", "+@all", "-info");
    ServerInfo info = ask(broker, "silent:s@");

    info.requireStreams();
    assertThat(info.risks()).isEmpty();
  }

  private static ServerInfo ask(RedisBroker broker, String user) {
    String uri = "redis://" + user + broker.uri().getAuthority();
    RedisAccess access = RedisAccess.read(Settings.of(Map.of("uris", uri)));
    try (Wire wire = new Wire.Socketry(access.addresses().get(0), access.server()).open()) {
      return ServerInfo.ask(wire);
    }
  }
}
