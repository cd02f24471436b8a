package io.postbus.cli.demo;

import io.postbus.cli.config.Configuration;
import io.postbus.examples.live.Live;
import io.postbus.runtime.config.ConfigSource;
import io.postbus.spi.Located;
import io.postbus.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The modules of the example's own file on the broker and the store that the user names. */
final class DemoConfiguration {
  private static final String FILE = "postbus.yaml";
  private static final String NAMESPACE = "postbus-demo.";

  private DemoConfiguration() {}

  /**
   * The configuration of a demo.
   *
   * @param folder for the embedded store, where the user has configured none
   */
  static Configuration of(Configuration user, Path folder) throws IOException {
    Settings live = example();
    Map<String, Object> over = new HashMap<>();
    for (String section : List.of("modules", "defaults")) {
      Located value = live.raw(section).orElseThrow();
      over.put(section, value);
    }
    over.put("topics", Map.of());
    over.put("foreign", Map.of());
    over.put("namespace", NAMESPACE);
    over.put("source", "postbus-demo");
    if (!user.source().load().has("store")) {
      over.put("store.url", "jdbc:h2:file:" + folder.resolve("postbus").toAbsolutePath());
    }
    return user.with(over);
  }

  /** Settings are read from files, and the example's is inside its jar. */
  private static Settings example() throws IOException {
    Path copy = Files.createTempFile("postbus-demo", ".yaml");
    try (InputStream in = Live.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IOException("The example's " + FILE + " is missing beside " + Live.class);
      }
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return ConfigSource.ofProcess(copy, Map.of()).load();
    } finally {
      Files.delete(copy);
    }
  }
}
