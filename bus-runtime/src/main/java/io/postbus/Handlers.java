package io.postbus;

import java.util.LinkedHashMap;
import java.util.Map;

/** Handlers by event type: {@code Handlers.on("IncomeEarned", Income.class, (income, d) -> …)}. */
public final class Handlers {
  private Handlers() {}

  /** Begins with a handler of one event type, decoded. */
  public static <T> Typed on(String event, Class<T> body, TypedHandler<? super T> handler) {
    return new Typed().on(event, body, handler);
  }

  /** Begins with a handler of one event type. */
  public static Typed on(String event, Handler handler) {
    return new Typed().on(event, handler);
  }

  /** Gives up on whatever comes. */
  public static Handler deadLetter() {
    return d -> d.deadLetter("no handler for type " + d.message().type());
  }

  /** Acknowledges whatever comes. */
  public static Handler ignore() {
    return Delivery::ack;
  }

  /**
   * Handlers by event type; itself a handler that dead-letters every other type, unless {@link
   * #otherwise} says what becomes of them. Set up by one thread, then used by many.
   */
  public static final class Typed implements Handler {
    private final Map<String, Handler> handlers = new LinkedHashMap<>();
    private Handler otherwise = deadLetter();

    private Typed() {}

    /**
     * Adds a handler.
     *
     * @throws IllegalArgumentException if the event has one
     */
    public <T> Typed on(String event, Class<T> body, TypedHandler<? super T> handler) {
      return on(event, d -> handler.handle(d.body(body), d));
    }

    /**
     * Adds a handler.
     *
     * @throws IllegalArgumentException if the event has one
     */
    public Typed on(String event, Handler handler) {
      if (handlers.putIfAbsent(event, handler) != null) {
        throw new IllegalArgumentException("The event " + event + " has two handlers");
      }
      return this;
    }

    /** What becomes of every other type. */
    public Typed otherwise(Handler handler) {
      this.otherwise = handler;
      return this;
    }

    @Override
    public void handle(Delivery delivery) throws Exception {
      handlers.getOrDefault(delivery.message().type(), otherwise).handle(delivery);
    }
  }
}
