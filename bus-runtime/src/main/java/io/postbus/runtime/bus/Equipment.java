package io.postbus.runtime.bus;

import io.postbus.Codec;
import io.postbus.Interceptor;
import io.postbus.TransactionSource;
import io.postbus.runtime.connect.Providers;
import io.postbus.runtime.foreign.ForeignMapping;
import io.postbus.runtime.time.Timeline;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * What a bus is put together from, beside its settings.
 *
 * @param transactions tells of commits, if anything does
 * @param mappings of other writers' messages, by topic
 * @param timeline the bus's own: closed with it if it can be
 * @param random from 0 to 1, for jitter
 */
record Equipment(
    Providers providers,
    List<Codec> codecs,
    List<Interceptor> interceptors,
    TransactionSource transactions,
    Map<String, ForeignMapping> mappings,
    Timeline timeline,
    Instruments instruments,
    DoubleSupplier random) {
  Equipment {
    codecs = List.copyOf(codecs);
    interceptors = List.copyOf(interceptors);
    mappings = Map.copyOf(mappings);
  }
}
