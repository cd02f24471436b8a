package io.postbus.runtime.module;

import io.postbus.Bus;
import io.postbus.ModuleContext;
import io.postbus.spi.Settings;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Contexts for handlers that publish nothing. */
final class ModuleContexts {
  private ModuleContexts() {}

  static ModuleContext any() {
    Bus none =
        (Bus)
            Proxy.newProxyInstance(
                Bus.class.getClassLoader(),
                new Class<?>[] {Bus.class},
                (proxy, method, args) -> {
                  throw new AssertionError("Not expected: " + method);
                });
    return new ModuleContext("m", none, Settings.of(Map.of()));
  }
}
