package io.postbus.runtime.observe;

import io.postbus.Health;
import io.postbus.spi.ConnectionState;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The admin pages of one bus. Thread-safe. */
public final class BusPages implements AdminServer.Pages {
  private final Supplier<Health> health;
  private final Supplier<String> scrape;

  /**
   * Pages of a bus.
   *
   * @param scrape the meters in Prometheus's text format
   */
  public BusPages(Supplier<Health> health, Supplier<String> scrape) {
    this.health = health;
    this.scrape = scrape;
  }

  @Override
  public String metrics() {
    return scrape.get();
  }

  @Override
  public AdminServer.Page live() {
    boolean live = health.get().live();
    return new AdminServer.Page(live, live ? "{\"live\":true}\n" : "{\"live\":false}\n");
  }

  @Override
  public AdminServer.Page ready() {
    Health now = health.get();
    return new AdminServer.Page(now.ready(), json(now));
  }

  private static String json(Health h) {
    StringBuilder out = new StringBuilder(256);
    out.append("{\"ready\":").append(h.ready()).append(",\"connections\":{");
    String comma = "";
    for (Map.Entry<String, Health.Connection> c : new TreeMap<>(h.connections()).entrySet()) {
      Health.Connection state = c.getValue();
      out.append(comma)
          .append(quote(c.getKey()))
          .append(":{\"state\":")
          .append(word(state.state()));
      reason(out, state.state() == ConnectionState.CONNECTED ? "" : state.reason());
      out.append(",\"since\":").append(quote(state.since().toString())).append('}');
      comma = ",";
    }
    out.append("},\"consumers\":[");
    return consumers(out, h.consumers()).append("]}\n").toString();
  }

  private static StringBuilder consumers(StringBuilder out, List<Health.ConsumerHealth> all) {
    String comma = "";
    for (Health.ConsumerHealth c : all) {
      out.append(comma)
          .append("{\"module\":")
          .append(quote(c.module()))
          .append(",\"consumer\":")
          .append(quote(c.consumer()))
          .append(",\"group\":")
          .append(quote(c.group()))
          .append(",\"state\":")
          .append(word(c.state()))
          .append(",\"inFlight\":")
          .append(c.inFlight());
      reason(out, c.detail());
      out.append('}');
      comma = ",";
    }
    return out;
  }

  private static void reason(StringBuilder out, String reason) {
    if (!reason.isEmpty()) {
      out.append(",\"reason\":").append(quote(reason));
    }
  }

  private static String word(Enum<?> e) {
    return quote(e.name().toLowerCase(Locale.ROOT));
  }

  /** A JSON string; Jackson is optional here. */
  private static String quote(String s) {
    StringBuilder out = new StringBuilder(s.length() + 2).append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
