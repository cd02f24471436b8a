package io.postbus.driver.memory;

import io.postbus.spi.Backlog;
import io.postbus.spi.Capability;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.DriverContext;
import io.postbus.spi.Group;
import io.postbus.spi.Settings;
import io.postbus.spi.Signals;
import io.postbus.spi.Start;
import io.postbus.spi.Topology;
import io.postbus.spi.TypeFilter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What goes wrong in the rest of a driver. */
final class BrokenDrivers {
  private BrokenDrivers() {}

  static List<Broken> all() {
    return List.of(
        Broken.driver("declares a history that it does not have", Forgets::new, "Registration"),
        Broken.driver(
            "keeps an order that it does not declare",
            Modest::new,
            "Capability",
            "Order",
            "BackPressure"),
        Broken.topology(
            "does not filter as it declares", Unfiltered::new, "Filter", "Registration"),
        Broken.topology("says that every topic has groups", Optimist::new, "Routing"),
        Broken.topology("counts the backlog wrongly", Miscounts::new, "Topology"),
        Broken.driver("leaves a thread behind", LeavesThread::new, "Leak"),
        Broken.driver("does not hear itself", Deaf::new, "Signals"),
        Broken.provider("does not read its settings", new Careless(), "Configuration"),
        Broken.context("gives no reasons", good -> new Context(good, true, false), "Errors"),
        Broken.context(
            "hides that it is blocked", good -> new Context(good, false, true), "Outage"));
  }

  private static final class Forgets extends ForwardingDriver {
    Forgets(Driver good) {
      super(good);
    }

    @Override
    public Set<Capability> capabilities() {
      Set<Capability> more = new HashSet<>(good.capabilities());
      more.add(Capability.REPLAY);
      return more;
    }

    @Override
    public Topology topology() {
      return new ForwardingTopology(good.topology()) {
        @Override
        public void declare(Group group, Start start) {
          good.declare(group, Start.LATEST);
        }
      };
    }
  }

  private static final class Modest extends ForwardingDriver {
    Modest(Driver good) {
      super(good);
    }

    @Override
    public Set<Capability> capabilities() {
      Set<Capability> less = new HashSet<>(good.capabilities());
      less.remove(Capability.SINGLE_ACTIVE);
      return less;
    }
  }

  private static final class Unfiltered extends ForwardingTopology {
    Unfiltered(Topology good) {
      super(good);
    }

    @Override
    public void declare(Group group, Start start) {
      good.declare(
          new Group(group.name(), group.topics(), TypeFilter.all(), group.order(), group.since()),
          start);
    }
  }

  private static final class Optimist extends ForwardingTopology {
    Optimist(Topology good) {
      super(good);
    }

    @Override
    public boolean hasGroups(String topic) {
      good.hasGroups(topic);
      return true;
    }
  }

  private static final class Miscounts extends ForwardingTopology {
    Miscounts(Topology good) {
      super(good);
    }

    @Override
    public Backlog backlog(Group group) {
      Backlog right = good.backlog(group);
      return new Backlog(
          right.ready() + right.unsettled().orElse(0), right.unsettled(), right.members());
    }
  }

  private static final class LeavesThread extends ForwardingDriver {
    private final CountDownLatch never = new CountDownLatch(1);

    LeavesThread(Driver good) {
      super(good);
    }

    @Override
    public Consumer consumer(ConsumerSpec spec, ConsumerListener listener) {
      Thread thread = new Thread(this::waitForEver, "left-behind");
      thread.setDaemon(true);
      thread.start();
      return good.consumer(spec, listener);
    }

    private void waitForEver() {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class Deaf extends ForwardingDriver {
    private volatile String sending = "";

    Deaf(Driver good) {
      super(good);
    }

    @Override
    public Signals signals() {
      return new Signals() {
        @Override
        public void send(String subject, String text) {
          sending = text;
          good.signals().send(subject, text);
        }

        @Override
        public Listening listen(String subject, java.util.function.Consumer<String> listener) {
          return good.signals()
              .listen(
                  subject,
                  text -> {
                    if (!text.equals(sending)) {
                      listener.accept(text);
                    }
                  });
        }
      };
    }
  }

  private static final class Careless extends Broken.Opening {
    Careless() {
      super(UnaryOperator.identity(), UnaryOperator.identity());
    }

    @Override
    public void check(Settings settings) {}
  }

  /** Tells the runtime less than the driver says. */
  private record Context(DriverContext good, boolean noReasons, boolean noBlocked)
      implements DriverContext {
    @Override
    public String name() {
      return good.name();
    }

    @Override
    public String namespace() {
      return good.namespace();
    }

    @Override
    public String node() {
      return good.node();
    }

    @Override
    public InstantSource clock() {
      return good.clock();
    }

    @Override
    public Duration callTimeout() {
      return good.callTimeout();
    }

    @Override
    public void state(ConnectionState state, String reason) {
      boolean hidden = noBlocked && state == ConnectionState.BLOCKED;
      good.state(hidden ? ConnectionState.CONNECTED : state, noReasons ? "" : reason);
    }
  }
}
