package io.postbus.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

  private static URL[] classPathWithoutJackson() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("jackson"))
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
