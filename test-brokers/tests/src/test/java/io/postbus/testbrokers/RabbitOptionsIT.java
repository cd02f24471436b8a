package io.postbus.testbrokers;

import static io.postbus.testbrokers.RabbitBrokerIT.connect;
import static io.postbus.testbrokers.RabbitBrokerIT.factory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

class RabbitOptionsIT {
  @Test
  void ackTimeoutClosesTheChannelOfAConsumerThatKeepsADelivery() throws Exception {
    RabbitOptions options = RabbitOptions.defaults().ackTimeout(Duration.ofSeconds(1));
    try (RabbitBroker broker = RabbitBroker.open(options);
        Connection connection = connect(broker.uri())) {
      Channel channel = connection.createChannel();
      CompletableFuture<String> closed = new CompletableFuture<>();
      channel.addShutdownListener(cause -> closed.complete(cause.getMessage()));
      channel.queueDeclare("kept", true, false, false, null);
      channel.basicPublish("", "kept", null, new byte[0]);
      channel.basicConsume("kept", false, (tag, delivery) -> {}, tag -> {});
      assertThat(closed.get(10, TimeUnit.SECONDS)).contains("PRECONDITION_FAILED", "timeout");
    }
  }

  @Test
  void tlsIsTrustedByItsAuthorityAlone() throws Exception {
    TestCertificates certificates = TestCertificates.create();
    RabbitOptions options = RabbitOptions.defaults().tls(certificates);
    try (RabbitBroker broker = RabbitBroker.open(options)) {
      ConnectionFactory trusting = factory(broker.tlsUri());
      trusting.useSslProtocol(trusting(certificates));
      trusting.enableHostnameVerification();
      try (Connection connection = trusting.newConnection()) {
        assertThat(connection.createChannel().queueDeclare().getQueue()).isNotEmpty();
      }
      ConnectionFactory distrusting = factory(broker.tlsUri());
      distrusting.useSslProtocol(trusting(TestCertificates.create()));
      assertThatThrownBy(distrusting::newConnection).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void thereIsNoTlsUnlessAskedFor() {
    RabbitBroker plain = RabbitBroker.shared();
    assertThatThrownBy(plain::tlsUri).hasMessageContaining("RabbitOptions.tls");
  }

  static SSLContext trusting(TestCertificates certificates) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream pem =
        new ByteArrayInputStream(certificates.ca().getBytes(StandardCharsets.US_ASCII))) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
