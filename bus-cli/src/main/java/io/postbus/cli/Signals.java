package io.postbus.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that end a process, taken over until this is closed. Thread-safe. (A shutdown hook
 * cannot do this: it has no say in the exit code and hears of no second signal.)
 */
public final class Signals implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);
  private static final int SIGNALLED = 128;

  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();

  private Signals() {}

  /**
   * Takes over what the signals of a person or a service manager do: the first one asks for an
   * orderly end, the second one ends the process at once.
   *
   * @param last runs before the end at once
   */
  public static Signals take(Runnable last) {
    Signals signals = new Signals();
    IntConsumer arrived =
        number -> {
          if (!signals.asked.complete(null)) {
            last.run();
            Runtime.getRuntime().halt(SIGNALLED + number);
          }
        };
    signals.on("INT", arrived);
    signals.on("TERM", arrived);
    signals.on("HUP", arrived);
    return signals;
  }

  /**
   * The same for a process whose supervisor decides: it is asked by TERM, however often, and what a
   * terminal sends to all processes is left to the supervisor.
   */
  public static Signals ofChild() {
    Signals signals = new Signals();
    signals.on("INT", number -> {});
    signals.on("HUP", number -> {});
    signals.on("TERM", number -> signals.ask());
    return signals;
  }

  /** As if the first signal had come. */
  public void ask() {
    asked.complete(null);
  }

  /** Completes when an orderly end is asked for. */
  public CompletableFuture<Void> asked() {
    return asked.copy();
  }

  /** Lets the signals do again what they did before. Idempotent. */
  @Override
  public void close() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }

  /** By reflection: javac warns of every mention of the class, and cannot be told not to. */
  private void on(String name, IntConsumer arrived) {
    try {
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> handled(arrived, method, args));
      Object before = handle(name, ours);
      undo.push(() -> restore(name, before));
    } catch (InvocationTargetException e) {
      log.debug("The signal {} cannot be handled here", name, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Java has no sun.misc.Signal", e);
    }
  }

  private static void restore(String name, Object handler) {
    try {
      handle(name, handler);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The signal " + name + " cannot be given back", e);
    }
  }

  /** Sets the handler of a signal and returns the one before. */
  private static Object handle(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    return signal
        .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }

  private static @Nullable Object handled(IntConsumer arrived, Method method, Object[] args)
      throws ReflectiveOperationException {
    if (method.getName().equals("handle")) {
      arrived.accept((int) args[0].getClass().getMethod("getNumber").invoke(args[0]));
    }
    return null;
  }
}
