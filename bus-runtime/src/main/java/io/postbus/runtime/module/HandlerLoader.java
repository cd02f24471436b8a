package io.postbus.runtime.module;

import io.postbus.ConsumerSource;
import io.postbus.ModuleHandler;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.runtime.config.ModuleSettings.HandlerKind;
import io.postbus.spi.ConfigurationException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes what a module's configuration names. One use, one thread. */
final class HandlerLoader {
  private final ClassLoader loader;
  private final String module;

  HandlerLoader(ClassLoader loader, String module) {
    this.loader = loader;
    this.module = module;
  }

  ModuleHandler handler(ModuleSettings settings) {
    HandlerKind kind = settings.handler();
    if (kind instanceof HandlerKind.OfClass named) {
      return instance(named.className(), ModuleHandler.class, "handler");
    }
    if (kind instanceof HandlerKind.Exec exec) {
      return new ExecHandler(module, exec.command());
    }
    if (kind instanceof HandlerKind.Http http) {
      return new HttpHandler(http.url());
    }
    return discovered();
  }

  ConsumerSource consumerSource(String className) {
    return instance(className, ConsumerSource.class, "consumers-from");
  }

  private ModuleHandler discovered() {
    List<ServiceLoader.Provider<ModuleHandler>> found;
    try {
      found = ServiceLoader.load(ModuleHandler.class, loader).stream().toList();
    } catch (ServiceConfigurationError e) {
      throw new ConfigurationException(path("") + " has a broken service: " + e.getMessage(), e);
    }
    if (found.size() == 1) {
      return found.get(0).get();
    }
    String names =
        found.stream().map(p -> p.type().getName()).sorted().collect(Collectors.joining(", "));
    throw new ConfigurationException(
        path("")
            + (found.isEmpty()
                ? " has no handler; name one with handler, exec or http"
                : " names no handler, and there are several: " + names),
        null);
  }

  private <T> T instance(String className, Class<T> type, String key) {
    try {
      Class<?> found = Class.forName(className, true, loader);
      if (!type.isAssignableFrom(found)) {
        throw problem(key, className + " does not implement " + type.getName(), null);
      }
      return type.cast(found.getConstructor().newInstance());
    } catch (ClassNotFoundException e) {
      throw problem(key, className + " is not on the class path; put its jar into lib/ext", e);
    } catch (NoSuchMethodException e) {
      throw problem(key, className + " has no public constructor without parameters", e);
    } catch (InvocationTargetException e) {
      throw problem(key, className + " could not be made: " + e.getCause(), e);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw problem(key, className + " could not be made: " + e, e);
    }
  }

  private ConfigurationException problem(String key, String what, @Nullable Throwable cause) {
    return new ConfigurationException(path(key) + ": " + what, cause);
  }

  private String path(String key) {
    return "modules." + module + (key.isEmpty() ? "" : "." + key);
  }
}
