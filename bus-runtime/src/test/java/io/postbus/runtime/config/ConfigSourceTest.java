package io.postbus.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postbus.spi.ConfigurationException;
import io.postbus.spi.Problem;
import io.postbus.spi.Secret;
import io.postbus.spi.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourceTest {
  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final Properties properties = new Properties();
  private final Map<String, Object> code = new HashMap<>();

  @Test
  void codeGoesOverPropertiesOverEnvironmentOverFile() throws IOException {
    String yaml = "a: file\nb: file\nc: file\nd: file\n";
    environment.putAll(Map.of("POSTBUS__B", "env", "POSTBUS__C", "env", "POSTBUS__D", "env"));
    properties.putAll(Map.of("postbus.c", "property", "postbus.d", "property"));
    code.put("d", "code");

    Settings root = load(yaml);

    assertThat(
            List.of(root.text("a", ""), root.text("b", ""), root.text("c", ""), root.text("d", "")))
        .containsExactly("file", "env", "property", "code");
  }

  @Test
  void findsNamesWithDotsAndHyphensFromOutside() throws IOException {
    environment.put("POSTBUS__DRIVERS__RABBITMQ__QUEUE_TYPE", "quorum");
    properties.put("postbus.topics.live.income.partitions", "7");

    Settings root = load("topics:\n  live.income: { partitions: 1 }\n");

    assertThat(root.section("drivers").section("rabbitmq").text("queue-type")).contains("quorum");
    assertThat(root.section("topics").section("live.income").integer("partitions", 0, 1, 9))
        .isEqualTo(7);
  }

  @Test
  void takesListsFromOutsideAsYaml() throws IOException {
    environment.put("POSTBUS__URIS", "[amqp://a/, \"amqp://b/\"]");

    assertThat(load("").texts("uris")).containsExactly("amqp://a/", "amqp://b/");
  }

  @Test
  void putsTheEnvironmentIntoValues() throws IOException {
    environment.put("USER", "bus");

    Settings root =
        load("a: ${USER}\nb: x-${NONE:def}-y\nc: ${NONE:amqp://${USER}@h:1/}\nd: $${USER}\n");

    assertThat(root.text("a")).contains("bus");
    assertThat(root.text("b")).contains("x-def-y");
    assertThat(root.text("c")).contains("amqp://bus@h:1/");
    assertThat(root.text("d")).contains("${USER}");
  }

  @Test
  void readsAFileAnewEachTime() throws IOException {
    Files.writeString(folder.resolve("pw"), "first\n");
    Settings root = load("password: \"${file:pw}\"\n");
    Secret secret = root.secret("password").orElseThrow();
    assertThat(secret.reveal()).isEqualTo("first");

    Files.writeString(folder.resolve("pw"), "second\n");

    assertThat(secret.reveal()).isEqualTo("second");
  }

  @Test
  void tellsEveryProblemWithItsLine() throws IOException {
    Settings root =
        load(
            "driver: rabbitmq\nlocks:\n  ttl: soon\nlcks: 1\npw: ${NOT_SET}\nfile: ${file:gone}\ne:\n");
    root.text("driver");
    root.section("locks").duration("ttl");
    root.text("pw");
    root.text("file");

    ConfigurationException e =
        catchThrowableOfType(ConfigurationException.class, () -> ConfigSource.check(root));

    assertThat(e.problems())
        .extracting(p -> line(p) + " " + p.message().split("[;,]")[0])
        .containsExactly(
            "3 locks.ttl is \"soon\"",
            "4 lcks is not a known key",
            "5 pw needs the environment variable NOT_SET",
            "6 file cannot read " + folder.resolve("gone") + ": there is no such file",
            "7 e has no value");
    assertThat(e).hasMessageContaining("did you mean locks?");
  }

  @Test
  void warnsOfUnknownVariablesOnly() throws IOException {
    environment.put("POSTBUS__PORT", "tcp://10.0.0.1");
    environment.put("POSTBUS_PORT_80_TCP", "injected");

    assertThat(ConfigSource.check(load("")))
        .extracting(Problem::toString)
        .containsExactly("environment POSTBUS__PORT: port is not a known key");
  }

  @Test
  void refusesAnUnknownSystemProperty() throws IOException {
    properties.put("postbus.drivr", "kafka");
    Settings root = load("");
    root.text("driver");

    assertThatThrownBy(() -> ConfigSource.check(root))
        .hasMessage(
            "system property postbus.drivr: drivr is not a known key; did you mean driver?");
  }

  @Test
  void tellsWhereYamlIsBroken() throws IOException {
    assertThatThrownBy(() -> ConfigSource.check(load("a: 1\nb: [1, 2\nc: 3\n")))
        .hasMessageContaining("postbus.yaml:3: is not YAML");
    assertThatThrownBy(() -> ConfigSource.check(load("- a\n- b\n")))
        .hasMessageContaining("must be a section of keys");
    assertThatThrownBy(() -> ConfigSource.check(load("a: 1\na: 2\n")))
        .hasMessageContaining("twice");
  }

  @Test
  void neverShowsASecretInAProblem() throws IOException {
    Settings root = load("uri: \"amqp://u:hunter2@h:x y/\"\n");
    root.uri("uri");

    assertThatThrownBy(() -> ConfigSource.check(root))
        .hasMessageContaining("is not a URI")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void saysThatThereIsNoFile() {
    ConfigSource none =
        new ConfigSource(folder.resolve("none.yaml"), code, properties, environment);

    assertThatThrownBy(none::load)
        .hasMessageContaining("There is no file")
        .hasMessageContaining("-c");
  }

  private Settings load(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("postbus.yaml"), yaml);
    return new ConfigSource(file, code, properties, environment).load();
  }

  private static String line(Problem p) {
    return p.place().substring(p.place().lastIndexOf(':') + 1);
  }
}
