package io.postbus.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postbus.Bus;
import io.postbus.spi.ConfigurationException;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The runtime on a class path that Jackson is not on. */
class WithoutJacksonTest {
  @Test
  void textNeedsNoJacksonAndAnObjectIsToldWhatItNeeds() throws Exception {
    try (URLClassLoader bare =
        new URLClassLoader(classPathWithoutJackson(), ClassLoader.getPlatformClassLoader())) {
      Class<?> message = bare.loadClass("io.postbus.message.Message");
      Class<?> codecs = bare.loadClass(Codecs.class.getName());
      Method of = message.getMethod("of", String.class, String.class, Object.class);
      Method encode = codecs.getMethod("encode", message);
      Object own = codecs.getConstructor(List.class).newInstance(List.of());

      Object text = encode.invoke(own, of.invoke(null, "t", "T", "text"));
      assertThat(message.getMethod("payload").invoke(text))
          .isEqualTo("text".getBytes(StandardCharsets.UTF_8));
      Object object = of.invoke(null, "t", "T", List.of(1));
      assertThatThrownBy(() -> encode.invoke(own, object))
          .cause()
          .hasMessageContaining("tools.jackson.core:jackson-databind");
    }
  }

  /** All that lacks something is told at start, in one go, before any message comes. */
  @Test
  void whatNeedsWhatIsAbsentIsToldAtStart() throws Exception {
    try (URLClassLoader bare =
        new URLClassLoader(classPathWithoutJackson(), ClassLoader.getPlatformClassLoader())) {
      Callable<?> check =
          (Callable<?>) bare.loadClass(Check.class.getName()).getConstructor().newInstance();
      assertThat(String.valueOf(check.call()))
          .contains("modules.one.exec talks JSON with its program, which needs tools.jackson.core")
          .contains("modules.two.exec talks JSON")
          .contains("foreign.orders reads JSON, which needs tools.jackson.core")
          .contains("admin.listen needs io.micrometer:micrometer-registry-prometheus");
    }
  }

  /** Checks a configuration in the class loader it is loaded by; answers what is wrong. */
  public static final class Check implements Callable<String> {
    @Override
    public String call() {
      Map<String, Object> consumers = Map.of("c", Map.of("topics", List.of("orders")));
      try {
        Bus.builder()
            .classLoader(Check.class.getClassLoader())
            .set("driver", "memory")
            .set("store.type", "memory")
            .set("admin.listen", "127.0.0.1:0")
            .set("foreign.orders.data", "fields")
            .set("modules.one", Map.of("exec", List.of("cat"), "consumers", consumers))
            .set("modules.two", Map.of("exec", List.of("cat"), "consumers", consumers))
            .check();
        return "nothing";
      } catch (ConfigurationException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  private static URL[] classPathWithoutJackson() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("jackson") && !entry.contains("prometheus"))
        .map(WithoutJacksonTest::url)
        .toArray(URL[]::new);
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
