package io.postbus.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.cli.Command;
import io.postbus.cli.Command.Result;
import io.postbus.cli.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  @TempDir Path folder;

  @Test
  void showsEachSettingWithItsOrigin() throws Exception {
    String file =
        write(
            """
            driver: rabbitmq
            shutdown: { grace: 5s }
            modules:
              m:
                settings: { limit: 3 }
            """);
    Result shown = Command.PLAIN.run("config", "show", "-c", file, "--set", "shutdown.grace=7s");
    assertThat(shown.code()).isZero();
    assertThat(shown.out())
        .containsPattern("driver +rabbitmq +" + file + ":1")
        .containsPattern("shutdown.grace +7s +command line")
        .containsPattern("modules.m.settings.limit +3 +" + file + ":5");
    assertThat(Command.PLAIN.run("config", "show", "-c", file, "modules").out())
        .contains("limit")
        .doesNotContain("grace");
  }

  @Test
  void neverShowsASecret() throws Exception {
    Files.writeString(folder.resolve("pw"), "s3cret-of-file");
    String file =
        write(
            """
            drivers:
              rabbitmq:
                uris: ["amqp://bus:s3cret-in-uri@host:5672/", "amqp://host"]
              eu: { type: rabbitmq, password: s3cret, tls: { key: s3cret-key } }
            store: { url: "jdbc:mysql://h/db?user=u&password=s3cret-param&ssl=true", password: "${file:pw}" }
            modules: { m: { settings: { api-token: s3cret-token, keyboard: qwerty } } }
            """);
    Result shown = Command.PLAIN.run("config", "show", "-c", file);
    assertThat(shown.out())
        .doesNotContain("s3cret")
        .contains("amqp://bus:****@host:5672/", "amqp://host", "ssl=true", "qwerty");
    assertThat(Command.PLAIN.run("config", "show", "-c", file, "-o", "json").out())
        .doesNotContain("s3cret");
  }

  @Test
  void tellsEveryProblemWithItsLine() throws Exception {
    String file = write("drver: memory\nshutdown: { grace: soon }\n");
    Result check = Command.PLAIN.run("config", "check", "-c", file);
    assertThat(check.code()).isEqualTo(ExitCode.USAGE);
    assertThat(check.out()).isEmpty();
    assertThat(check.err())
        .contains("2 problems", file + ":1", "did you mean driver", file + ":2", "grace")
        .doesNotContain("\tat ");
  }

  @Test
  void aGoodOneIsSaidToBeGood() throws Exception {
    Result check = Command.PLAIN.run("config", "check", "-c", write("driver: memory\n"));
    assertThat(check.code()).isZero();
    assertThat(check.err()).contains("good");
  }

  @Test
  void aHandlerThatIsNotThereIsAProblem() throws Exception {
    String file =
        write(
            """
            modules:
              m: { handler: no.Such, consumers: { c: { topics: [t] } } }
              n: { handler: java.lang.String, consumers: { c: { topics: [t] } } }
            """);
    Result check = Command.PLAIN.run("config", "check", "-c", file);
    assertThat(check.code()).isEqualTo(ExitCode.USAGE);
    assertThat(check.err())
        .contains("modules.m.handler: no.Such is not on the class path", "lib/ext")
        .contains("modules.n.handler: java.lang.String is no ModuleHandler");
  }

  @Test
  void aMissingFileIsMisuse() {
    Result missing = Command.PLAIN.run("config", "check", "-c", "nowhere.yaml");
    assertThat(missing.code()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("nowhere.yaml");
  }

  @Test
  void listsAreSetAsJson() {
    Result shown =
        Command.PLAIN.run("config", "show", "--set", "drivers.rabbitmq.uris=[\"amqp://a\"]");
    assertThat(shown.out()).contains("drivers.rabbitmq.uris  amqp://a");
    Result odd = Command.PLAIN.run("config", "show", "--set", "x=[a");
    assertThat(odd.code()).isEqualTo(ExitCode.USAGE);
    assertThat(odd.err()).contains("--set x");
  }

  @Test
  void rabbitmqIsWhereTheEnvironmentSaysUnlessTheFileKnowsBetter() throws Exception {
    Command command = Command.PLAIN.environment(Map.of("RABBITMQ_URI", "amqp://elsewhere"));
    assertThat(command.run("config", "show", "--driver", "rabbitmq").out())
        .contains("amqp://elsewhere", "RABBITMQ_URI");
    String file = write("drivers: { rabbitmq: { uris: [\"amqp://here\"] } }\n");
    assertThat(command.run("config", "show", "--driver", "rabbitmq", "-c", file).out())
        .contains("amqp://here")
        .doesNotContain("elsewhere");
  }

  private String write(String yaml) throws Exception {
    return Files.writeString(folder.resolve("postbus.yaml"), yaml).toString();
  }
}
