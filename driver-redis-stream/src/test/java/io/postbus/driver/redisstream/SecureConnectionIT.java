package io.postbus.driver.redisstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.Driver;
import io.postbus.spi.Group;
import io.postbus.spi.Order;
import io.postbus.spi.Settlement;
import io.postbus.spi.TopicSpec;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RedisBroker;
import io.postbus.testbrokers.RedisOptions;
import io.postbus.testbrokers.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with certificates of both sides, and users who may do only some things. */
@SuppressWarnings("NullAway.Init") // set before all tests
class SecureConnectionIT {
  @TempDir static Path folder;
  private static RedisBroker broker;
  private static String authority;

  @BeforeAll
  static void start() {
    TestCertificates certificates = TestCertificates.create();
    certificates.writeClient(folder);
    broker =
        RedisBroker.open(
            RedisOptions.defaults().tls(certificates).setting("tls-auth-clients", "yes"));
    authority = broker.tlsUri().getAuthority();
    ProxyLink.addUser(broker);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Map<String, Object> access(Map<String, Object> tls) {
    return Map.of(
        "uris",
        List.of("rediss://" + authority),
        "username",
        ProxyLink.USER,
        "password",
        ProxyLink.PASSWORD,
        "tls",
        tls);
  }

  private static Map<String, Object> certificates() {
    return Map.of(
        "ca", folder.resolve("ca.pem").toString(),
        "certificate", folder.resolve("client.pem").toString(),
        "key", folder.resolve("client-key.pem").toString());
  }

  @Test
  void bothSidesShowTheirCertificates() throws Exception {
    try (Scene scene = new Scene(access(certificates()))) {
      Driver driver = scene.driver(Map.of());
      Group group = Scene.declared(driver, "secure", Order.NONE, "secure");
      Scene.publish(Scene.producer(driver), Scene.messages("secure", 500));
      Consumer consumer = Scene.consumer(driver, group, 100);
      assertThat(Scene.drain(consumer, 500)).hasSize(500);
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsNotConnectedTo() throws Exception {
    Map<String, Object> strangers =
        Map.of(
            "certificate", folder.resolve("client.pem").toString(),
            "key", folder.resolve("client-key.pem").toString());
    try (Scene scene = new Scene(access(strangers))) {
      List<String> reports = scene.unconnected(Map.of());
      Eventually.within(Scene.PATIENCE)
          .until(
              "the reason is told in " + reports,
              () -> reports.stream().anyMatch(r -> r.startsWith("DOWN TLS: ")));
      assertThat(reports).noneMatch(r -> r.startsWith(ConnectionState.CONNECTED.name()));
    }
  }

  /** The rights that docs/operating.md asks for. */
  @Test
  void aUserNeedsNoMoreThanIsDocumented() throws Exception {
    List<String> rights = new ArrayList<>(List.of("ACL", "SETUSER", "careful", "on", ">secret"));
    Matcher line =
        Pattern.compile("An ACL user needs (.*?)\\.\n", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "docs", "operating.md")));
    assertThat(line.find()).isTrue();
    Matcher right = Pattern.compile("[~&+][^ `]+").matcher(line.group(1));
    while (right.find()) {
      rights.add(right.group().replace("<namespace>", "scene."));
    }
    broker.redisCli(rights.toArray(String[]::new));
    Map<String, Object> careful =
        Map.of(
            "uris", "redis://careful:secret@" + broker.uri().getAuthority(), "trim-every", "100ms");
    try (Scene scene = new Scene(careful)) {
      Driver driver = scene.driver(Map.of());
      for (Order order : Order.values()) {
        String name = "careful-" + order;
        Group group = Scene.declared(driver, name, order, name);
        Scene.publish(Scene.producer(driver), Scene.messages(name, 500));
        Consumer consumer = Scene.consumer(driver, group, 100);
        Scene.receive(consumer, 1).forEach(d -> consumer.settle(d, Settlement.RELEASE));
        assertThat(Scene.drain(consumer, 500)).hasSize(500);
        consumer.close();
        Eventually.within(Scene.PATIENCE)
            .until(
                name + " is trimmed",
                () -> Integer.parseInt(broker.redisCli("XLEN", "scene." + name).trim()) < 200);
        assertThat(driver.topology().backlog(group).ready()).isZero();
        driver.topology().remove(group);
      }
      List<String> heard = new CopyOnWriteArrayList<>();
      scene.closing(driver.signals().listen("subject", heard::add));
      Eventually.within(Scene.PATIENCE)
          .until(
              "a signal is heard",
              () -> {
                driver.signals().send("subject", "text");
                return heard.contains("text");
              });
    }
    assertThat(broker.redisCli("ACL", "LOG")).doesNotContain("careful");
  }

  @Test
  void whatAUserMayNotDoIsSaidWithTheWayOut() throws Exception {
    broker.redisCli(
        "ACL", "SETUSER", "reader", "on", ">reader-secret", "~scene.*", "&*", "+@all", "-xgroup");
    Map<String, Object> reader =
        Map.of("uris", List.of("redis://reader:reader-secret@" + broker.uri().getAuthority()));
    try (Scene scene = new Scene(reader)) {
      Driver driver = scene.driver(Map.of());
      assertThatThrownBy(() -> driver.topology().declare(TopicSpec.of("denied")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("Declaring the topic denied")
          .hasMessageContaining("give the user the permission")
          .hasMessageNotContaining("reader-secret");
    }
  }
}
