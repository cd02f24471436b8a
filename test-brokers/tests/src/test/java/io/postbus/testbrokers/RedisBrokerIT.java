package io.postbus.testbrokers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

class RedisBrokerIT extends BrokerContract<RedisBroker> {
  private static final String KEY = "text";

  @Override
  RedisBroker open() {
    return RedisBroker.open();
  }

  @Override
  RedisBroker shared() {
    return RedisBroker.shared();
  }

  @Override
  void write(RedisBroker broker, InetSocketAddress by, String text) {
    try (Jedis jedis = new Jedis(broker.uri(by))) {
      jedis.set(KEY, text);
    }
  }

  @Override
  String read(RedisBroker broker, InetSocketAddress by) {
    try (Jedis jedis = new Jedis(broker.uri(by), 20_000)) {
      String text = jedis.get(KEY);
      return text == null ? "" : text;
    }
  }

  @Test
  void redisCliTalksToThisBroker() throws Exception {
    write("seen by redis-cli");
    assertThat(broker.redisCli("GET", KEY)).contains("seen by redis-cli");
  }

  @Test
  void takesSettings() {
    RedisOptions options = RedisOptions.defaults().setting("maxmemory", "1mb");
    try (RedisBroker small = RedisBroker.open(options);
        Jedis jedis = new Jedis(small.uri())) {
      assertThat(jedis.configGet("maxmemory")).containsEntry("maxmemory", "1048576");
      assertThatThrownBy(() -> jedis.set(KEY, "x".repeat(2_000_000)).concat(jedis.set("b", "b")))
          .isInstanceOf(JedisDataException.class)
          .hasMessageContaining("OOM");
    }
  }

  @Test
  void tlsIsTrustedByItsAuthorityAlone() throws Exception {
    TestCertificates certificates = TestCertificates.create();
    try (RedisBroker broker = RedisBroker.open(RedisOptions.defaults().tls(certificates))) {
      assertThat(ping(broker.tlsUri(), certificates)).isEqualTo("+PONG");
      TestCertificates others = TestCertificates.create();
      assertThatThrownBy(() -> ping(broker.tlsUri(), others))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  private static String ping(URI uri, TestCertificates certificates) throws Exception {
    SSLSocketFactory sockets = RabbitOptionsIT.trusting(certificates).getSocketFactory();
    try (Socket socket = sockets.createSocket(uri.getHost(), uri.getPort())) {
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));
      return new String(socket.getInputStream().readNBytes(5), US_ASCII);
    }
  }
}
