package io.postbus.driver.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.spi.Order;
import io.postbus.tck.Eventually;
import io.postbus.testbrokers.RabbitBroker;
import io.postbus.testbrokers.RabbitOptions;
import io.postbus.testbrokers.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses, users and certificates: the right ones, and what is said of the wrong ones. */
class ConnectionIT {
  private static final TestCertificates CERTIFICATES = TestCertificates.create();
  private static final RabbitBroker BROKER =
      RabbitBroker.open(RabbitOptions.defaults().tls(CERTIFICATES));

  private final Scene scene = new Scene(BROKER);

  @TempDir Path folder;

  @AfterAll
  static void closeBroker() {
    BROKER.close();
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  private void isDown(Map<String, Object> settings, String... words) {
    scene.unconnected(settings);
    Eventually.within(Scene.PATIENCE)
        .asserts(
            "down with the reason, after " + scene.reports,
            () ->
                assertThat(scene.reports)
                    .anySatisfy(r -> assertThat(r).startsWith("DOWN ").contains(words)));
    assertThat(scene.reports).noneMatch(r -> r.contains("CONNECTED") || r.contains("s3cret"));
  }

  private void works(Map<String, Object> settings) {
    var driver = scene.driver(settings);
    scene.declared(driver, Order.NONE);
    Scene.publish(Scene.producer(driver, Scene.PATIENCE), Scene.messages(3));
  }

  private String uri(String user, String tail) {
    return BROKER.uri().toString().replaceFirst("//[^@]+@", "//" + user + "@") + tail;
  }

  @Test
  void aWrongPasswordIsSaidWithoutIt() {
    isDown(Map.of("uris", uri("guest:s3cret", "")), "access refused", "user guest");
  }

  @Test
  void aMissingVirtualHostIsNamed() {
    isDown(Map.of("uris", uri("guest:guest", "/nowhere")), "nowhere", "not found");
  }

  @Test
  void anAddressThatEndsWithASlashMeansTheDefaultVirtualHost() {
    works(Map.of("uris", uri("guest:guest", "/")));
  }

  @Test
  void aNamedVirtualHostIsUsed() {
    BROKER.createVhost("a b");
    works(Map.of("uris", uri("guest:guest", "/a%20b")));
  }

  @Test
  void addressesAreTriedInTurn() {
    String nobody = "amqp://guest:s3cret@127.0.0.1:1";
    String wrong = uri("guest:s3cret", "");
    works(Map.of("uris", List.of(nobody, wrong, BROKER.uri().toString())));
  }

  @Test
  void aRotatedPasswordIsFoundByItself() {
    AtomicReference<String> uri = new AtomicReference<>(uri("guest:s3cret", ""));
    Supplier<String> source = uri::get;
    scene.unconnected(Map.of("uris", List.of(source)));
    Eventually.within(Scene.PATIENCE)
        .until("refused", () -> scene.reports.stream().anyMatch(r -> r.contains("refused")));
    uri.set(uri("guest:guest", ""));
    Eventually.within(Scene.PATIENCE)
        .until("connected", () -> scene.reports.contains("CONNECTED "));
  }

  private Map<String, Object> tls(Map<String, Object> tls) {
    CERTIFICATES.writeClient(folder);
    return Map.of("uris", BROKER.tlsUri().toString(), "tls", tls);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void tlsTrustsTheGivenAuthority() {
    works(tls(Map.of("ca", file("ca.pem"))));
  }

  @Test
  void tlsShowsACertificate() {
    works(
        tls(
            Map.of(
                "ca", file("ca.pem"),
                "certificate", file("client.pem"),
                "key", file("client-key.pem"))));
  }

  @Test
  void withoutItsAuthorityTheBrokerIsNotTrusted() {
    isDown(Map.of("uris", BROKER.tlsUri().toString()), "TLS", "certification path");
  }

  @Test
  void anotherAuthorityIsNotTrustedUntilTheFileIsRight() throws Exception {
    Map<String, Object> settings = tls(Map.of("ca", file("ca.pem")));
    Files.writeString(folder.resolve("ca.pem"), TestCertificates.create().ca());
    isDown(settings, "TLS");
    Files.writeString(folder.resolve("ca.pem"), CERTIFICATES.ca());
    Eventually.within(Scene.PATIENCE)
        .until("connected", () -> scene.reports.contains("CONNECTED "));
  }

  /**
   * The certificate is for localhost and 127.0.0.1, and this is another address of this machine.
   */
  @Test
  void theHostNameIsVerifiedUnlessToldNot() throws Exception {
    try (Detour detour = new Detour("127.0.0.2", BROKER.tlsEndpoint())) {
      String uri = "amqps://guest:guest@127.0.0.2:" + detour.port();
      CERTIFICATES.writeClient(folder);
      Map<String, Object> ca = Map.of("ca", file("ca.pem"));
      isDown(Map.of("uris", uri, "tls", ca), "TLS", "127.0.0.2");
      works(Map.of("uris", uri, "tls", Map.of("ca", file("ca.pem"), "verify-host", false)));
    }
  }

  @Test
  void aMissingFileIsNamed() {
    isDown(tls(Map.of("ca", file("nowhere.pem"))), file("nowhere.pem"), "does not exist");
  }

  @Test
  void aFileWithoutCertificateIsNamed() {
    isDown(tls(Map.of("ca", file("client-key.pem"))), file("client-key.pem"), "no PEM certificate");
  }

  @Test
  void aKeyThatIsNoneIsNamed() {
    isDown(
        tls(
            Map.of(
                "ca", file("ca.pem"),
                "certificate", file("client.pem"),
                "key", file("ca.pem"))),
        file("ca.pem"),
        "PKCS#8");
  }
}
