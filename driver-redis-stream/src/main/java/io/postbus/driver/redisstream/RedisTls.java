package io.postbus.driver.redisstream;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * Certificates and keys as PEM files, read anew whenever the server is connected to again.
 *
 * @param ca whom to trust; the JVM's own list if absent
 * @param certificate what to show to the server, with {@code key}
 */
record RedisTls(
    @Nullable Path ca, @Nullable Path certificate, @Nullable Path key, boolean verifyHost) {
  static final RedisTls DEFAULT = new RedisTls(null, null, null, true);

  private static final String STORE = "PKCS12";

  /** Of stores that never leave the memory. */
  private static final char[] PASSWORD = "postbus".toCharArray();

  private static final List<String> KEY_KINDS = List.of("EC", "RSA", "EdDSA");

  static RedisTls read(Settings s) {
    if (s.has("certificate") != s.has("key")) {
      s.problem(
          s.has("key") ? "key" : "certificate",
          "needs both certificate and key, or neither of them");
    }
    return new RedisTls(
        s.scalar("ca", Path::of).orElse(null),
        s.scalar("certificate", Path::of).orElse(null),
        s.scalar("key", Path::of).orElse(null),
        s.flag("verify-host", true));
  }

  /**
   * @throws ConfigurationException naming the file that is missing or malformed
   */
  SslOptions options() {
    try {
      SslOptions.Builder options =
          SslOptions.builder()
              .keyStoreType(STORE)
              .trustStoreType(STORE)
              .sslVerifyMode(verifyHost ? SslVerifyMode.FULL : SslVerifyMode.CA);
      if (certificate != null && key != null) {
        options.keystore(stored(identity(certificate, key)), PASSWORD);
      }
      if (ca != null) {
        options.truststore(stored(trusted(ca)), PASSWORD);
      }
      return options.build();
    } catch (GeneralSecurityException | IOException e) {
      throw new ConfigurationException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static KeyStore identity(Path certificate, Path key)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
    store.setKeyEntry("key", privateKey(key), PASSWORD, chain);
    return store;
  }

  private static KeyStore trusted(Path ca) throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    for (Certificate c : certificates(ca)) {
      store.setCertificateEntry("ca-" + store.size(), c);
    }
    return store;
  }

  /** In memory: the client takes stores in their file's form only. */
  private static SslOptions.Resource stored(KeyStore store)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, PASSWORD);
    byte[] bytes = out.toByteArray();
    return () -> new ByteArrayInputStream(bytes);
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(STORE);
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(Path file) throws CertificateException {
    try {
      List<Certificate> all =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(
                      new ByteArrayInputStream(text(file).getBytes(StandardCharsets.US_ASCII))));
      if (all.isEmpty()) {
        throw new ConfigurationException("The file " + file + " has no PEM certificate", null);
      }
      return all;
    } catch (CertificateException e) {
      throw new ConfigurationException(
          "The file " + file + " has a malformed certificate: " + e.getMessage(), e);
    }
  }

  private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
    String text = text(file);
    String body = text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
    try {
      PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
      for (String kind : KEY_KINDS) {
        PrivateKey found = privateKey(kind, spec);
        if (found != null) {
          return found;
        }
      }
    } catch (IllegalArgumentException notBase64) {
      throw malformed(file, notBase64);
    }
    throw malformed(file, null);
  }

  private static @Nullable PrivateKey privateKey(String kind, PKCS8EncodedKeySpec spec)
      throws NoSuchAlgorithmException {
    try {
      return KeyFactory.getInstance(kind).generatePrivate(spec);
    } catch (InvalidKeySpecException otherKind) {
      return null;
    }
  }

  private static ConfigurationException malformed(Path file, @Nullable Exception cause) {
    return new ConfigurationException(
        "The file %s has no unencrypted PKCS#8 key (openssl pkcs8 -topk8 -nocrypt converts one)"
            .formatted(file),
        cause);
  }

  private static String text(Path file) {
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
