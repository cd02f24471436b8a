package io.postbus.testbrokers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A certificate authority of its own, a server certificate for the address of our brokers, and a
 * client certificate for the user {@code guest}, valid for a day. Everything is PEM, keys are
 * unencrypted PKCS#8. Immutable; made anew by each {@link #create()}, so that two do not trust each
 * other.
 */
public final class TestCertificates {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PASSWORD = "changeit";
  private static final String CA = "ca";
  private static final String SERVER = "server";
  private static final String CLIENT = "client";

  private final String ca;
  private final String server;
  private final String serverKey;
  private final String client;
  private final String clientKey;

  private TestCertificates(KeyStore store) throws GeneralSecurityException {
    ca = certificate(store, CA);
    server = certificate(store, SERVER);
    serverKey = key(store, SERVER);
    client = certificate(store, CLIENT);
    clientKey = key(store, CLIENT);
  }

  /** Makes new ones with the JDK's keytool; takes a few seconds. */
  public static TestCertificates create() {
    Path folder = Folder.create("certificates");
    try {
      Path file = folder.resolve("store.p12");
      String names = "san=dns:localhost,ip:" + DockerEngine.host().getHostAddress();
      generate(file, CA, "-dname", "CN=Postbus test CA", "-ext", "bc:critical=ca:true");
      generate(file, SERVER, "-signer", CA, "-dname", "CN=localhost", "-ext", names);
      generate(file, CLIENT, "-signer", CA, "-dname", "CN=guest");
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD.toCharArray());
      }
      return new TestCertificates(store);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make certificates", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make certificates", e);
    } finally {
      Folder.delete(folder);
    }
  }

  /** The authority that signed the others. */
  public String ca() {
    return ca;
  }

  /** The certificate that a client may show. */
  public String client() {
    return client;
  }

  /** The private key of {@link #client()}. */
  public String clientKey() {
    return clientKey;
  }

  /** Writes {@code ca.pem}, {@code client.pem} and {@code client-key.pem} into the folder. */
  public void writeClient(Path folder) {
    write(folder, Map.of("ca.pem", ca, "client.pem", client, "client-key.pem", clientKey));
  }

  void writeServer(Path folder) {
    write(folder, serverFiles());
  }

  Map<String, String> serverFiles() {
    return Map.of("ca.pem", ca, "server.pem", server, "server-key.pem", serverKey);
  }

  private static void write(Path folder, Map<String, String> files) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write certificates to " + folder, e);
    }
  }

  private static void generate(Path store, String alias, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of("-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-validity", "1", "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", store.toString()));
    command.addAll(List.of(options));
    Commands.run(command, Map.of(), LIMIT);
  }

  private static String certificate(KeyStore store, String alias) throws GeneralSecurityException {
    Certificate certificate = store.getCertificate(alias);
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  private static String key(KeyStore store, String alias) throws GeneralSecurityException {
    Key key = store.getKey(alias, PASSWORD.toCharArray());
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String kind, byte[] der) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }
}
