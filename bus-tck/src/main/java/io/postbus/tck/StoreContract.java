package io.postbus.tck;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * Everything a store promises, a nested class for each concern; see {@link DriverContract}. Several
 * stores are opened on one backend, as several processes do. A store on a server extends {@link
 * ServerStoreContract}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreContract {
  private @Nullable StoreFixture fixture;

  protected StoreContract() {}

  /** Starts the backend, or finds it. Called once; the fixture is closed at the end. */
  protected abstract StoreFixture open() throws Exception;

  @BeforeAll
  final void openFixture() throws Exception {
    fixture = open();
  }

  @AfterAll
  final void closeFixture() {
    if (fixture != null) {
      fixture.close();
    }
  }

  final StoreFixture fixture() {
    if (fixture == null) {
      throw new IllegalStateException("The fixture is not open");
    }
    return fixture;
  }

  @Nested
  class Delay extends DelayContract {
    Delay() {
      super(fixture());
    }
  }

  @Nested
  class Move extends MoveContract {
    Move() {
      super(fixture());
    }
  }

  @Nested
  class Find extends FindContract {
    Find() {
      super(fixture());
    }
  }

  @Nested
  class Lease extends LeaseContract {
    Lease() {
      super(fixture());
    }
  }

  @Nested
  class Dedup extends DedupContract {
    Dedup() {
      super(fixture());
    }
  }

  @Nested
  class Registry extends RegistryContract {
    Registry() {
      super(fixture());
    }
  }

  @Nested
  class Transaction extends TransactionContract {
    Transaction() {
      super(fixture());
    }
  }

  @Nested
  class StoreLifecycle extends StoreLifecycleContract {
    StoreLifecycle() {
      super(fixture());
    }
  }

  @Nested
  class StoreConfiguration extends StoreConfigurationContract {
    StoreConfiguration() {
      super(fixture());
    }
  }

  @Nested
  class StoreRace extends StoreRaceContract {
    StoreRace() {
      super(fixture());
    }
  }

  @Nested
  class Burst extends BurstContract {
    Burst() {
      super(fixture());
    }
  }
}
