package io.postbus.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two scripts: the distribution's, and the source tree's that builds first. */
class LauncherIT {
  private static final Path DISTRIBUTION = Path.of("target/dist");
  private static final Path LAUNCHER = Path.of("../postbus");
  private static final String JAVA_HOME = "JAVA_HOME=" + System.getProperty("java.home");

  @TempDir Path temporary;
  private Path folder;
  private Path tools;

  /** What a script printed, and its exit code. */
  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void folders() throws IOException {
    folder = Files.createDirectory(temporary.resolve("a folder with spaces"));
    tools = Files.createDirectory(temporary.resolve("tools"));
    for (String tool :
        "bash env dirname basename readlink sed find mkdir mv sleep grep tail flock touch cat"
            .split(" ")) {
      Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin").resolve(tool));
    }
  }

  @Test
  void aCopiedDistributionRunsThroughALinkFromAnywhere() throws Exception {
    Path copy = copyOf(DISTRIBUTION, folder.resolve("my postbus"));
    Path link = Files.createSymbolicLink(temporary.resolve("pb"), copy.resolve("bin/postbus"));
    Ran version = run(temporary, link, "version", "-o", "jsonl");
    assertThat(version.err()).isEmpty();
    assertThat(version.code()).isZero();
    assertThat(version.out()).contains("\"rabbitmq\"", "\"memory\"").doesNotContain("not packaged");
    assertThat(run(folder, link, "no-such-command").code()).isEqualTo(2);
  }

  @Test
  void jarsInTheExtFolderAreOnTheClassPath() throws Exception {
    Path copy = copyOf(DISTRIBUTION, folder.resolve("my postbus"));
    Path jar = copy.resolve("lib/ext/mine.jar");
    new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
            "cf",
            jar.toString(),
            "-C",
            Path.of("target/test-classes").toString(),
            "io/postbus/cli/run/Work.class")
        .inheritIO()
        .start()
        .waitFor();
    Path yaml =
        Files.writeString(
            folder.resolve("m.yaml"),
            "modules: { m: { handler: io.postbus.cli.run.Work, consumers: { c: { topics: [t] } } } }\n");
    Ran run = run(folder, copy.resolve("bin/postbus"), "run", "-c", yaml.toString());
    // The handler is found: what is missing are its settings.
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("modules.m.settings.journal is missing");
  }

  @Test
  void anOldJavaIsRefusedWithTheWayOut() throws Exception {
    Path old = Files.createDirectories(folder.resolve("jdk-11/bin"));
    script(old.resolve("java"), "echo should not run; exit 99");
    Files.writeString(folder.resolve("jdk-11/release"), "JAVA_VERSION=\"11.0.2\"\n");
    Path script = copyOf(DISTRIBUTION, folder.resolve("dist")).resolve("bin/postbus");
    Ran refused = run(folder, List.of("JAVA_HOME=" + old.getParent()), script, "version");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains("Java 17 or newer", "11.0.2", "JAVA_HOME");
    Ran none = run(folder, List.of(), script, "version");
    assertThat(none.err()).contains("Java 17 or newer");
  }

  @Test
  void theFirstUseBuildsOnceAlsoWhenThereAreTwo() throws Exception {
    Path tree =
        tree("until [ -e \"$root/go\" ]; do sleep 0.01; done; echo built >>\"$root/builds\"");
    List<Process> both = List.of(start(tree, "one"), start(tree, "two"));
    Files.writeString(tree.resolve("go"), "");
    for (Process process : both) {
      Ran ran = end(process);
      assertThat(ran.code()).isEqualTo(7);
      assertThat(ran.out()).containsPattern("ran with (one|two)");
    }
    assertThat(Files.readAllLines(tree.resolve("builds"))).hasSize(1);
  }

  @Test
  void buildsAgainOnlyWhenASourceIsNewer() throws Exception {
    Path tree = tree("echo built >>\"$root/builds\"");
    end(start(tree, "x"));
    Ran second = end(start(tree, "x"));
    assertThat(second.err()).isEmpty();
    assertThat(Files.readAllLines(tree.resolve("builds"))).hasSize(1);
    Path source = tree.resolve("bus-cli/src/main/java/Main.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    Ran third = end(start(tree, "x"));
    assertThat(third.err()).contains("building", "built in");
    assertThat(Files.readAllLines(tree.resolve("builds"))).hasSize(2);
  }

  @Test
  void aFailedBuildIsToldAndTriedAgain() throws Exception {
    Path tree = tree("echo '[ERROR] no compiler today'; exit 1");
    Ran failed = end(start(tree, "x"));
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).contains("no compiler today", "build.log");
    assertThat(end(start(tree, "x")).code()).isEqualTo(1);
  }

  /** A source tree whose Maven does this, and makes a distribution that prints its arguments. */
  private Path tree(String maven) throws IOException {
    Path tree = Files.createDirectory(folder.resolve("source tree"));
    Files.copy(LAUNCHER, tree.resolve("postbus"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(tree.resolve("pom.xml"), "");
    Path sources = Files.createDirectories(tree.resolve("bus-cli/src/main/java"));
    Files.writeString(sources.resolve("Main.java"), "");
    Path scripts = Files.createDirectories(tree.resolve("bus-cli/src/main/distribution/bin"));
    Files.copy(DISTRIBUTION.resolve("bin/find-java.sh"), scripts.resolve("find-java.sh"));
    Path dist = tree.resolve("bus-cli/target/dist/bin");
    script(
        tools.resolve("mvn"),
        "root='"
            + tree
            + "'\n"
            + maven
            + "\nmkdir -p '"
            + dist
            + "'; echo 'echo ran with $*; exit 7' >'"
            + dist
            + "/postbus'");
    return tree;
  }

  private Process start(Path tree, String argument) throws IOException {
    return start(folder, List.of(JAVA_HOME), tree.resolve("postbus"), argument);
  }

  private Ran run(Path where, Path script, String... args) throws Exception {
    return run(where, List.of(JAVA_HOME), script, args);
  }

  private Ran run(Path where, List<String> environment, Path script, String... args)
      throws Exception {
    return end(start(where, environment, script, args));
  }

  private Process start(Path where, List<String> environment, Path script, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toAbsolutePath().toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return builder.start();
  }

  private static Ran end(Process process) throws Exception {
    process.getOutputStream().close();
    String out =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    String err =
        new String(
            process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), out, err);
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\nset -e\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path copyOf(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          path -> {
            try {
              Files.copy(
                  path, to.resolve(from.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return to;
  }
}
