package io.postbus.runtime.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import io.postbus.BatchHandler;
import io.postbus.Delivery;
import io.postbus.Handler;
import io.postbus.Interceptor;
import io.postbus.message.Message;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes an observation of every publication and every attempt, and carries the trace between them
 * in the message's headers: a tracer that the application has registered makes spans of them.
 * Thread-safe.
 */
public final class ObservationInterceptor implements Interceptor {
  private final ObservationRegistry registry;

  public ObservationInterceptor(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public CompletionStage<Void> publish(
      Message message, Function<Message, CompletionStage<Void>> next) {
    if (registry.isNoop()) {
      return next.apply(message);
    }
    Message.Builder carrier = message.toBuilder();
    SenderContext<Message.Builder> context =
        new SenderContext<>((m, name, value) -> header(m, name, value), Kind.PRODUCER);
    context.setCarrier(carrier);
    Observation observation = named("messagebus.publish", "publish ", message, context).start();
    try (Observation.Scope scope = observation.openScope()) {
      return next.apply(carrier.build())
          .whenComplete(
              (done, error) -> {
                if (error != null) {
                  observation.error(error);
                }
                observation.stop();
              });
    } catch (RuntimeException e) {
      observation.error(e);
      observation.stop();
      throw e;
    }
  }

  @Override
  public void handle(Delivery delivery, Handler next) throws Exception {
    if (registry.isNoop()) {
      next.handle(delivery);
      return;
    }
    ReceiverContext<Message> context =
        new ReceiverContext<>((m, name) -> m.header(name), Kind.CONSUMER);
    context.setCarrier(delivery.message());
    Observation observation =
        named("messagebus.process", "process ", delivery.message(), context)
            .lowCardinalityKeyValue("group", delivery.group())
            .start();
    try (Observation.Scope scope = observation.openScope()) {
      next.handle(delivery);
    } catch (Exception e) {
      observation.error(e);
      throw e;
    } finally {
      observation.stop();
    }
  }

  /** One for all of them: a span has one parent, and they may come from many. */
  @Override
  public void handleBatch(List<Delivery> batch, BatchHandler next) throws Exception {
    if (registry.isNoop()) {
      next.handle(batch);
      return;
    }
    String group = batch.get(0).group();
    Observation observation =
        Observation.createNotStarted("messagebus.process.batch", registry)
            .contextualName("process batch " + group)
            .lowCardinalityKeyValue("group", group)
            .highCardinalityKeyValue("messages", Integer.toString(batch.size()))
            .start();
    try (Observation.Scope scope = observation.openScope()) {
      next.handle(batch);
    } catch (Exception e) {
      observation.error(e);
      throw e;
    } finally {
      observation.stop();
    }
  }

  private Observation named(String name, String verb, Message m, Observation.Context context) {
    return Observation.createNotStarted(name, () -> context, registry)
        .contextualName(verb + m.topic())
        .lowCardinalityKeyValue("topic", m.topic())
        .highCardinalityKeyValue("message.id", m.id());
  }

  private static void header(Message.@Nullable Builder m, String name, String value) {
    if (m != null) {
      m.header(name, value);
    }
  }
}
