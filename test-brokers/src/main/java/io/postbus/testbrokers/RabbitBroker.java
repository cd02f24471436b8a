package io.postbus.testbrokers;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A private RabbitMQ.
 *
 * <pre>{@code
 * try (RabbitBroker broker = RabbitBroker.open()) {
 *   connectTo(broker.uri());
 *   broker.kill();
 *   broker.start();
 * }
 * }</pre>
 */
public final class RabbitBroker extends Broker {
  private static final Shared<RabbitBroker> SHARED = new Shared<>(RabbitBroker::open);

  private final RabbitRecipe recipe;

  private RabbitBroker(RabbitRecipe recipe) {
    super(recipe);
    this.recipe = recipe;
  }

  /** Starts one with default options. */
  public static RabbitBroker open() {
    return open(RabbitOptions.defaults());
  }

  /** Starts one. */
  public static RabbitBroker open(RabbitOptions options) {
    return started(new RabbitBroker(new RabbitRecipe(options, RabbitNode.alone())));
  }

  /** One node of a cluster, not started: alone it would wait for the others. */
  static RabbitBroker member(RabbitOptions options, RabbitNode node) {
    return new RabbitBroker(new RabbitRecipe(options, node));
  }

  /**
   * The one that all tests of this JVM share, running. Closing it does nothing: the end of the JVM
   * does. Tests that stop, pause or alarm a broker start their own.
   */
  public static RabbitBroker shared() {
    return SHARED.get();
  }

  /** {@code amqp://} with credentials, for the virtual host {@code /}. */
  public URI uri() {
    return uri("amqp", endpoint(), "");
  }

  /** The same for a virtual host made by {@link #createVhost}. */
  public URI uri(String vhost) {
    String encoded = URLEncoder.encode(vhost, StandardCharsets.UTF_8).replace("+", "%20");
    return uri("amqp", endpoint(), "/" + encoded);
  }

  /** The same through something that forwards to this broker, as a {@link TcpProxy} does. */
  public URI uri(InetSocketAddress by) {
    return uri("amqp", by, "");
  }

  /** {@code amqps://} with credentials; only if it was started with {@link RabbitOptions#tls}. */
  public URI tlsUri() {
    return uri("amqps", tlsEndpoint(), "");
  }

  /** Where the TLS listener is; only if it was started with {@link RabbitOptions#tls}. */
  public InetSocketAddress tlsEndpoint() {
    return endpoint(recipe.tlsPort());
  }

  /** Makes a virtual host that the user of {@link #uri()} may do everything in. */
  public void createVhost(String vhost) {
    rabbitmqctl("add_vhost", vhost);
    rabbitmqctl("set_permissions", "-p", vhost, RabbitRecipe.USER, ".*", ".*", ".*");
  }

  /** Makes the broker believe that memory is short: it blocks connections that publish. */
  public void raiseMemoryAlarm() {
    rabbitmqctl("set_vm_memory_high_watermark", "0");
  }

  public void clearMemoryAlarm() {
    rabbitmqctl("set_vm_memory_high_watermark", "0.4");
  }

  /** Runs {@code rabbitmqctl} against this broker and returns what it printed. */
  public String rabbitmqctl(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "rabbitmqctl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return tool(command);
  }

  private static URI uri(String scheme, InetSocketAddress address, String path) {
    return URI.create(
        scheme
            + ("://" + RabbitRecipe.USER + ":" + RabbitRecipe.PASSWORD)
            + ("@" + address.getAddress().getHostAddress() + ":" + address.getPort())
            + path);
  }
}
