package io.postbus.driver.memory;

import io.postbus.message.CloudEvents;
import io.postbus.message.Message;
import io.postbus.spi.ConnectionState;
import io.postbus.spi.Consumer;
import io.postbus.spi.ConsumerListener;
import io.postbus.spi.ConsumerSpec;
import io.postbus.spi.Driver;
import io.postbus.spi.Order;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What goes wrong in consuming. */
final class BrokenConsumers {
  private BrokenConsumers() {}

  static List<Broken> all() {
    return List.of(
        Broken.consumers(
            "drops one delivery in 700", BrokenConsumers::dropping, "Delivery", "Volume"),
        Broken.consumer(
            "hands one delivery in 700 out twice", Duplicates::new, "Delivery", "Volume"),
        Broken.consumers(
            "mixes up what a single member polls", BrokenConsumers::reversing, "Order"),
        Broken.consumers("takes twice what it may hold", BrokenConsumers::greedy, "BackPressure"),
        Broken.consumers("acknowledges in order only", InOrder::new, "Settlement"),
        Broken.consumers("swallows what it has not flushed", Forgetful::new, "MemberDeath"),
        Broken.consumers(
            "accepts stale settlements", Gullible::new, "StaleSettlement", "MemberDeath"),
        Broken.consumers(
            "keeps revocations to itself",
            BrokenConsumers::silent,
            "Revocation",
            "StaleSettlement",
            "MemberDeath"),
        Broken.consumer("cannot be woken up", Sleepy::new, "Delivery"),
        Broken.consumer("loses empty headers", LosesHeaders::new, "Header"),
        Broken.consumer("drops what others wrote", DropsForeign::new, "Foreign"),
        Broken.consumer("keeps every message in memory", Leaks::new, "Volume"));
  }

  private static Consumer dropping(Driver good, ConsumerSpec spec, ConsumerListener listener) {
    Consumer consumer = good.consumer(spec, listener);
    return spec.group().order() == Order.NONE ? new Drops(consumer) : consumer;
  }

  private static final class Drops extends ForwardingConsumer {
    private int count;

    Drops(Consumer good) {
      super(good);
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> kept = new ArrayList<>();
      for (Received d : good.poll(max, timeout)) {
        if (++count % 700 == 0) {
          good.settle(d, Settlement.ACK);
        } else {
          kept.add(d);
        }
      }
      return kept;
    }
  }

  /** Another delivery of the same message, which the broker knows nothing of. */
  private record Copy(Message message, boolean redelivered) implements Received {}

  private static final class Duplicates extends ForwardingConsumer {
    private int count;

    Duplicates(Consumer good) {
      super(good);
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> all = new ArrayList<>();
      for (Received d : good.poll(max, timeout)) {
        all.add(d);
        if (++count % 700 == 0) {
          all.add(new Copy(d.message(), false));
        }
      }
      return all;
    }

    @Override
    public boolean settle(Received delivery, Settlement how) {
      return delivery instanceof Copy || good.settle(delivery, how);
    }
  }

  private static Consumer reversing(Driver good, ConsumerSpec spec, ConsumerListener listener) {
    Consumer consumer = good.consumer(spec, listener);
    if (spec.group().order() != Order.SINGLE) {
      return consumer;
    }
    return new ForwardingConsumer(consumer) {
      @Override
      public List<Received> poll(int max, Duration timeout) {
        List<Received> all = new ArrayList<>(good.poll(max, timeout));
        Collections.reverse(all);
        return all;
      }
    };
  }

  private static Consumer greedy(Driver good, ConsumerSpec spec, ConsumerListener listener) {
    ConsumerSpec more = new ConsumerSpec(spec.group(), spec.maxInFlight() * 2, spec.start());
    return new ForwardingConsumer(good.consumer(more, listener)) {
      @Override
      public void maxInFlight(int n) {
        good.maxInFlight(2 * n);
      }
    };
  }

  /** Knows what it has handed out and may still settle. */
  private abstract static class Tracking extends ForwardingConsumer {
    private final Taken taken;

    Tracking(Driver good, ConsumerSpec spec, ConsumerListener listener) {
      this(good, spec, new Taken(listener));
    }

    private Tracking(Driver good, ConsumerSpec spec, Taken taken) {
      super(good.consumer(spec, taken));
      this.taken = taken;
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> all = good.poll(max, timeout);
      taken.held.addAll(all);
      return all;
    }

    /** Whether it was this one's to settle until now. */
    boolean settled(Received delivery) {
      return taken.held.remove(delivery);
    }

    boolean isGone(Received delivery) {
      return taken.gone.contains(delivery);
    }

    @Override
    public void close() {
      taken.held.clear();
      good.close();
    }
  }

  private static final class Taken implements ConsumerListener {
    final Set<Received> held = ConcurrentHashMap.newKeySet();
    final Set<Received> gone = ConcurrentHashMap.newKeySet();
    private final ConsumerListener listener;

    Taken(ConsumerListener listener) {
      this.listener = listener;
    }

    @Override
    public void revoked(Collection<Received> lost, Instant drainUntil) {
      held.removeAll(lost);
      gone.addAll(lost);
      listener.revoked(lost, drainUntil);
    }

    @Override
    public void state(ConnectionState state, String reason) {
      listener.state(state, reason);
    }
  }

  /** Keeps an acknowledgement until all before it are settled, as who only knows a position. */
  private static final class InOrder extends Tracking {
    private final Map<Received, Boolean> acknowledged = new LinkedHashMap<>();

    InOrder(Driver good, ConsumerSpec spec, ConsumerListener listener) {
      super(good, spec, listener);
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> all = super.poll(max, timeout);
      synchronized (acknowledged) {
        all.forEach(d -> acknowledged.put(d, false));
      }
      return all;
    }

    @Override
    public boolean settle(Received delivery, Settlement how) {
      synchronized (acknowledged) {
        if (how == Settlement.RELEASE || !settled(delivery)) {
          acknowledged.remove(delivery);
          return good.settle(delivery, how);
        }
        acknowledged.put(delivery, true);
        acknowledged.keySet().removeIf(this::isGone);
        for (Received first : List.copyOf(acknowledged.keySet())) {
          if (!Boolean.TRUE.equals(acknowledged.get(first))) {
            break;
          }
          acknowledged.remove(first);
          good.settle(first, Settlement.ACK);
        }
      }
      return true;
    }
  }

  /** Settles at the next poll or flush, and not at all when it is closed before. */
  private static final class Forgetful extends Tracking {
    private final Map<Received, Settlement> waiting = new LinkedHashMap<>();

    Forgetful(Driver good, ConsumerSpec spec, ConsumerListener listener) {
      super(good, spec, listener);
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      boolean unused = send();
      return super.poll(max, timeout);
    }

    @Override
    public boolean settle(Received delivery, Settlement how) {
      synchronized (waiting) {
        if (!settled(delivery)) {
          return false;
        }
        waiting.put(delivery, how);
        return true;
      }
    }

    @Override
    public boolean flush(Duration limit) {
      return send() && good.flush(limit);
    }

    private boolean send() {
      boolean all = true;
      synchronized (waiting) {
        for (var each : waiting.entrySet()) {
          all &= good.settle(each.getKey(), each.getValue());
        }
        waiting.clear();
      }
      return all;
    }
  }

  private static final class Gullible extends Tracking {
    Gullible(Driver good, ConsumerSpec spec, ConsumerListener listener) {
      super(good, spec, listener);
    }

    @Override
    public boolean settle(Received delivery, Settlement how) {
      return good.settle(delivery, how) || isGone(delivery);
    }
  }

  private static Consumer silent(Driver good, ConsumerSpec spec, ConsumerListener listener) {
    return good.consumer(
        spec,
        new ConsumerListener() {
          @Override
          public void revoked(Collection<Received> gone, Instant drainUntil) {}

          @Override
          public void state(ConnectionState state, String reason) {
            listener.state(state, reason);
          }
        });
  }

  private static final class Sleepy extends ForwardingConsumer {
    Sleepy(Consumer good) {
      super(good);
    }

    @Override
    public void wakeup() {}
  }

  /** Changes the messages that come, and settles the originals. */
  private abstract static class Rewriting extends ForwardingConsumer {
    private final Map<Received, Received> originals =
        Collections.synchronizedMap(new IdentityHashMap<>());

    Rewriting(Consumer good) {
      super(good);
    }

    abstract Message rewritten(Message message);

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> all = new ArrayList<>();
      for (Received d : good.poll(max, timeout)) {
        Message other = rewritten(d.message());
        if (other.equals(d.message())) {
          all.add(d);
        } else {
          Received copy = new Copy(other, d.redelivered());
          originals.put(copy, d);
          all.add(copy);
        }
      }
      return all;
    }

    @Override
    public boolean settle(Received delivery, Settlement how) {
      Received original = originals.get(delivery);
      return good.settle(original == null ? delivery : original, how);
    }
  }

  private static final class LosesHeaders extends Rewriting {
    LosesHeaders(Consumer good) {
      super(good);
    }

    @Override
    Message rewritten(Message message) {
      Message.Builder less = message.toBuilder();
      message.headers().forEach((name, value) -> less.header(name, value.isEmpty() ? null : value));
      return less.build();
    }
  }

  private static final class DropsForeign extends ForwardingConsumer {
    DropsForeign(Consumer good) {
      super(good);
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> ours = new ArrayList<>();
      for (Received d : good.poll(max, timeout)) {
        if (d.message().type().equals(CloudEvents.UNKNOWN_TYPE)) {
          good.settle(d, Settlement.ACK);
        } else {
          ours.add(d);
        }
      }
      return ours;
    }
  }

  /** A little more than the messages, so that few of them show. */
  private static final class Leaks extends ForwardingConsumer {
    private static final int VOLUME_BODY = 200;

    private final List<byte[]> kept = new ArrayList<>();

    Leaks(Consumer good) {
      super(good);
    }

    @Override
    public List<Received> poll(int max, Duration timeout) {
      List<Received> all = good.poll(max, timeout);
      for (Received d : all) {
        if (d.message().payload().length == VOLUME_BODY) {
          kept.add(new byte[5_000]);
        }
      }
      return all;
    }
  }
}
