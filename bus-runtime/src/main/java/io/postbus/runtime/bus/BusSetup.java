package io.postbus.runtime.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.postbus.BusBuilder;
import io.postbus.Codec;
import io.postbus.Interceptor;
import io.postbus.Subscription;
import io.postbus.TransactionSource;
import io.postbus.runtime.config.ConfigSource;
import io.postbus.runtime.config.HostSettings;
import io.postbus.runtime.config.ModuleSettings;
import io.postbus.runtime.connect.Node;
import io.postbus.runtime.connect.Providers;
import io.postbus.runtime.connect.StoreConnection;
import io.postbus.runtime.consume.Observer;
import io.postbus.runtime.foreign.ForeignMapping;
import io.postbus.runtime.module.ConfiguredModules;
import io.postbus.runtime.observe.PrometheusScrape;
import io.postbus.runtime.time.RealTimeline;
import io.postbus.runtime.time.Timeline;
import io.postbus.spi.Problem;
import io.postbus.spi.Settings;
import io.postbus.spi.StoreSchema;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what a bus is made of, and opens it. One thread. */
public final class BusSetup implements BusBuilder {
  private static final Logger LOG = LoggerFactory.getLogger(BusSetup.class);

  private final Map<String, Object> code = new LinkedHashMap<>();
  private final List<Codec> codecs = new ArrayList<>();
  private final List<Interceptor> interceptors = new ArrayList<>();
  private TransactionSource transactions = (connection, committed) -> {};
  private @Nullable Path file;
  private @Nullable MeterRegistry meters;
  private @Nullable ObservationRegistry observations;
  private @Nullable ClassLoader loader;
  private @Nullable Timeline timeline;
  private boolean isolated;
  private UnaryOperator<Providers> replacing = UnaryOperator.identity();
  private Function<Subscription, Observer> watching = s -> Observer.NONE;
  private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

  @Override
  public BusSetup file(Path path) {
    this.file = path;
    return this;
  }

  @Override
  public BusSetup set(String path, Object value) {
    code.put(path, value);
    return this;
  }

  @Override
  public BusSetup set(Map<String, ?> settings) {
    code.putAll(settings);
    return this;
  }

  @Override
  public BusSetup meterRegistry(MeterRegistry registry) {
    this.meters = registry;
    return this;
  }

  @Override
  public BusSetup observationRegistry(ObservationRegistry registry) {
    this.observations = registry;
    return this;
  }

  @Override
  public BusSetup codec(Codec codec) {
    codecs.add(codec);
    return this;
  }

  @Override
  public BusSetup interceptor(Interceptor interceptor) {
    interceptors.add(interceptor);
    return this;
  }

  @Override
  public BusSetup transactionSource(TransactionSource source) {
    this.transactions = source;
    return this;
  }

  @Override
  public BusSetup source(String source) {
    return set("source", source);
  }

  @Override
  public BusSetup classLoader(ClassLoader own) {
    this.loader = own;
    return this;
  }

  /** The time that the bus lives in; for tests. */
  public BusSetup timeline(Timeline own) {
    this.timeline = own;
    return this;
  }

  /** Changes which drivers and stores there are; for tests. */
  public BusSetup providers(UnaryOperator<Providers> change) {
    this.replacing = change;
    return this;
  }

  /** Makes an observer of each subscription, beside the meters; for tests. */
  public BusSetup observers(Function<Subscription, Observer> make) {
    this.watching = make;
    return this;
  }

  /** Where jitter comes from, from 0 to 1; for tests. */
  public BusSetup random(DoubleSupplier source) {
    this.random = source;
    return this;
  }

  /** Leaves settings in system properties and environment aside; for tests. */
  public BusSetup isolated() {
    this.isolated = true;
    return this;
  }

  @Override
  public List<Problem> check() {
    return read(loader()).warnings();
  }

  @Override
  public Optional<StoreSchema> schema() {
    Configured all = read(loader());
    BusSettings s = all.settings();
    Node node = new Node(s.namespace(), s.node(), InstantSource.system(), s.callTimeout());
    return StoreConnection.schema(all.providers(), s.store(), node);
  }

  @Override
  public OpenedBus open() {
    ClassLoader classes = loader();
    Configured all = read(classes);
    all.warnings().forEach(harmless -> LOG.warn("{}", harmless));
    Instruments instruments = new Instruments(all.host(), meters, observations, watching);
    return OpenedBus.open(
        all.settings(),
        equipment(all.providers(), all.mappings(), instruments),
        bus -> new ConfiguredModules(bus, all.modules(), classes));
  }

  /** All that the configuration says, without a problem. */
  private record Configured(
      Providers providers,
      BusSettings settings,
      Map<String, ModuleSettings> modules,
      Map<String, ForeignMapping> mappings,
      HostSettings host,
      List<Problem> warnings) {}

  private Configured read(ClassLoader classes) {
    Providers providers = replacing.apply(Providers.load(classes));
    Settings root = source().load();
    BusSettings settings = BusSettings.read(root, providers.defaultStore());
    Map<String, ModuleSettings> modules = ModuleSettings.read(root);
    Map<String, ForeignMapping> mappings = ForeignMapping.read(root);
    HostSettings host = HostSettings.read(root);
    if (host.admin().isPresent() && meters == null && !PrometheusScrape.isPresent()) {
      root.section("admin")
          .problem(
              "listen",
              "needs io.micrometer:micrometer-registry-prometheus on the class path for /metrics,"
                  + " or a registry given in code");
    }
    settings.drivers().values().forEach(providers::check);
    providers.check(settings.store());
    settings.outboxes().values().forEach(providers::check);
    List<Problem> warnings = ConfigSource.check(root);
    return new Configured(providers, settings, modules, mappings, host, warnings);
  }

  private Equipment equipment(
      Providers providers, Map<String, ForeignMapping> mappings, Instruments instruments) {
    return new Equipment(
        providers,
        codecs,
        instruments.around(interceptors),
        transactions,
        mappings,
        timeline != null ? timeline : new RealTimeline("postbus-timer"),
        instruments,
        random);
  }

  private ConfigSource source() {
    if (!isolated) {
      return ConfigSource.ofProcess(file, code);
    }
    Map<String, String> references = new HashMap<>(System.getenv());
    references.keySet().removeIf(name -> name.startsWith("POSTBUS__"));
    return new ConfigSource(file, code, new Properties(), references);
  }

  private ClassLoader loader() {
    if (loader != null) {
      return loader;
    }
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context == null ? BusSetup.class.getClassLoader() : context;
  }
}
