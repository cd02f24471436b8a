package io.postbus.testbrokers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testcontainers.containers.GenericContainer;

/** How Kafka is run: from the jars that this module was built with, by {@link KafkaNode}. */
final class KafkaRecipe implements Recipe {
  private static final String HERE = "127.0.0.1";
  private static final String CLASSPATH = "kafka.classpath";
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <logger name="kafka.server.KafkaRaftServer" level="INFO"/>
        <root level="WARN"><appender-ref ref="OUT"/></root>
      </configuration>
      """;

  /** Asks for the versions of the API (key 18, version 0), which every listener answers. */
  private static final byte[] API_VERSIONS =
      ByteBuffer.allocate(14).putInt(10).putShort((short) 18).putShort((short) 0).putInt(7).array();

  private static final int LENGTH_AND_CORRELATION = 8;

  private final KafkaOptions options;
  private final KafkaPlace place;
  private final int port = Ports.take();

  /** Where the broker listens for those who come by a proxy, and the ports of these. */
  private final List<Integer> ways;

  private final List<Integer> proxies;

  KafkaRecipe(KafkaOptions options, KafkaPlace place) {
    this.options = options;
    this.place = place;
    this.ways = ports(options.ways());
    this.proxies = ports(options.ways());
  }

  /** A second node, which only serves and follows. */
  KafkaRecipe follower(String clusterId) {
    return new KafkaRecipe(options.ways(0), place.follower(clusterId));
  }

  private static List<Integer> ports(int count) {
    return IntStream.range(0, count).mapToObj(i -> Ports.take()).toList();
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public int port() {
    return port;
  }

  int wayPort(int number) {
    return ways.get(number);
  }

  TcpProxy way(int number, InetSocketAddress target) {
    return TcpProxy.at(proxies.get(number), target, () -> {});
  }

  @Override
  public Probe probe() {
    return Probe.greeting(
        API_VERSIONS, LENGTH_AND_CORRELATION, a -> ByteBuffer.wrap(a).getInt(4) == 7);
  }

  @Override
  public Launch server(Path folder) throws IOException {
    Path properties = folder.resolve("server.properties");
    Path data = folder.resolve("data");
    Path logback = Files.writeString(folder.resolve("logback.xml"), LOGBACK);
    Files.writeString(properties, text(KafkaConfig.of(options, place, listeners(), data)));
    return new Launch(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + options.heapMegabytes() + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=" + (options.compilesWell() ? 4 : 1),
            "-XX:ActiveProcessorCount=2",
            "-Dlogback.configurationFile=" + logback,
            "-cp",
            classPath(),
            KafkaNode.class.getName(),
            properties.toString(),
            data.toString(),
            place.cluster()),
        Map.of());
  }

  @Override
  public Launch tool(Path folder, List<String> command) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xmx256m", "-cp", classPath()));
    line.addAll(command);
    return new Launch(line, Map.of());
  }

  /** The listeners by their names: where they bind, and what clients are told. */
  private KafkaConfig.Listeners listeners() {
    Map<String, String> bound = new HashMap<>();
    Map<String, String> advertised = new HashMap<>();
    bound.put(KafkaConfig.MAIN, HERE + ":" + port);
    advertised.put(KafkaConfig.MAIN, HERE + ":" + port);
    for (int i = 0; i < ways.size(); i++) {
      bound.put("WAY" + i, HERE + ":" + ways.get(i));
      advertised.put("WAY" + i, HERE + ":" + proxies.get(i));
    }
    return new KafkaConfig.Listeners(bound, advertised);
  }

  /** From its jars, by the Java that runs the tests. */
  @Override
  public boolean everywhere() {
    return true;
  }

  @Override
  public GenericContainer<?> container() {
    throw new IllegalStateException("Kafka runs from its jars, everywhere");
  }

  private static String text(Map<String, String> properties) {
    StringBuilder text = new StringBuilder();
    properties.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }

  private static String classPath() {
    try (InputStream in = KafkaRecipe.class.getResourceAsStream(CLASSPATH)) {
      if (in == null) {
        throw new IllegalStateException(
            CLASSPATH + " is missing beside " + KafkaRecipe.class + ": build with Maven");
      }
      Path own =
          Path.of(KafkaRecipe.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return own + ":" + new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot tell Kafka's class path", e);
    }
  }
}
