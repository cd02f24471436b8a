package io.postbus.faults.world;

import io.postbus.driver.memory.MemoryBroker;
import io.postbus.driver.memory.MemoryStorage;
import io.postbus.faults.node.NodePlan;
import io.postbus.message.MessageId;
import java.nio.file.Path;
import java.util.Map;

/** The broker and store of this JVM: nodes are in it too. One thread. */
final class MemoryGround implements Ground.Single, Ground.Wired, Ground.Blocking {
  private final String id = MessageId.next();
  private final MemoryBroker broker = MemoryBroker.named(id);
  private final Store store = new Store(id);

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Map<String, String> settings(String node) {
    return Map.of("driver", "memory", "drivers.memory.name", id, "drivers.memory.link", node);
  }

  @Override
  public Wire wire(String node) {
    return new Wire() {
      @Override
      public void cut() {
        broker.cut(node);
      }

      @Override
      public void stall() {
        broker.stall(node);
      }

      @Override
      public void refuse() {
        broker.down(node);
      }

      @Override
      public void restore() {
        broker.restore(node);
      }

      @Override
      public void close() {
        broker.restore(node);
      }
    };
  }

  @Override
  public NodeHandle node(NodePlan plan, Path folder) {
    return new LocalNode(plan);
  }

  @Override
  public void stop() {
    broker.stop();
  }

  @Override
  public void kill() {
    broker.stop();
  }

  @Override
  public void wipe() {
    broker.stop();
    broker.wipe();
  }

  @Override
  public void start() {
    broker.start();
  }

  @Override
  public void block() {
    broker.block();
  }

  @Override
  public void unblock() {
    broker.unblock();
  }

  @Override
  public StoreGround store() {
    return store;
  }

  @Override
  public void close() {
    store.close();
    broker.close();
  }

  private static final class Store implements StoreGround.Stoppable {
    private final String id;
    private final MemoryStorage storage;

    Store(String id) {
      this.id = id;
      this.storage = MemoryStorage.named(id, "");
    }

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Map<String, String> settings(String node) {
      return Map.of("store.type", "memory", "store.name", id);
    }

    @Override
    public void stop() {
      storage.stop();
    }

    @Override
    public void kill() {
      storage.stop();
    }

    @Override
    public void start() {
      storage.start();
    }

    @Override
    public void close() {
      storage.close();
    }
  }
}
