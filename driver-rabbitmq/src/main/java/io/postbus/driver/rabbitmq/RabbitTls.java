package io.postbus.driver.rabbitmq;

import com.rabbitmq.client.PemReader;
import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys as PEM files, read anew for each connection so that a renewed one is found.
 *
 * @param ca whom to trust; the JVM's own list if absent
 * @param certificate what to show to the broker, with {@code key}
 */
record RabbitTls(
    @Nullable Path ca, @Nullable Path certificate, @Nullable Path key, boolean verifyHost) {

  static RabbitTls read(Settings s) {
    if (s.has("certificate") != s.has("key")) {
      s.problem(
          s.has("key") ? "key" : "certificate",
          "needs both certificate and key, or neither of them");
    }
    return new RabbitTls(
        s.scalar("ca", Path::of).orElse(null),
        s.scalar("certificate", Path::of).orElse(null),
        s.scalar("key", Path::of).orElse(null),
        s.flag("verify-host", true));
  }

  /**
   * @throws ConfigurationException naming the file that is missing or malformed
   */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trusted(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
    if (certificate == null || key == null) {
      return null;
    }
    KeyStore store;
    try {
      store = PemReader.loadKeyStore(text(certificate), text(key), Optional.empty());
    } catch (GeneralSecurityException e) {
      throw new ConfigurationException(
          "The certificate %s and the key %s are no pair of PEM files with an unencrypted PKCS#8 key"
                  .formatted(certificate, key)
              + " (openssl pkcs8 -topk8 -nocrypt converts one): "
              + e.getMessage(),
          e);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private TrustManager @Nullable [] trusted() throws GeneralSecurityException, IOException {
    if (ca == null) {
      return null;
    }
    List<X509Certificate> certificates;
    try {
      certificates = PemReader.readCertificateChain(text(ca));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "The file " + ca + " has a malformed certificate: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new ConfigurationException("The file " + ca + " has no PEM certificate", null);
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate c : certificates) {
      store.setCertificateEntry("ca-" + store.size(), c);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException("The file " + file + " does not exist", e);
    } catch (IOException e) {
      throw new ConfigurationException(
          "The file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
