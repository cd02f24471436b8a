package io.postbus.tck;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * Everything a driver promises, a nested class for each concern. A driver's author extends it once
 * and brings a {@link DriverFixture}; a driver that passes works under Postbus.
 *
 * <pre>{@code
 * class MyDriverContractIT extends DriverContract {
 *   @Override
 *   protected DriverFixture open() {
 *     return new MyFixture();
 *   }
 * }
 * }</pre>
 *
 * <p>Nothing is skipped: of what a driver does not declare among its capabilities, the contract
 * asks that it be refused.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DriverContract {
  private @Nullable DriverFixture fixture;

  protected DriverContract() {}

  /** Starts the broker, or finds it. Called once; the fixture is closed at the end. */
  protected abstract DriverFixture open() throws Exception;

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

  private DriverFixture fixture() {
    if (fixture == null) {
      throw new IllegalStateException("The fixture is not open");
    }
    return fixture;
  }

  @Nested
  class Publish extends PublishContract {
    Publish() {
      super(fixture());
    }
  }

  @Nested
  class Batch extends BatchContract {
    Batch() {
      super(fixture());
    }
  }

  @Nested
  class Delivery extends DeliveryContract {
    Delivery() {
      super(fixture());
    }
  }

  @Nested
  class Filter extends FilterContract {
    Filter() {
      super(fixture());
    }
  }

  @Nested
  class Registration extends RegistrationContract {
    Registration() {
      super(fixture());
    }
  }

  @Nested
  class Routing extends RoutingContract {
    Routing() {
      super(fixture());
    }
  }

  @Nested
  class Topology extends TopologyContract {
    Topology() {
      super(fixture());
    }
  }

  @Nested
  class Settlement extends SettlementContract {
    Settlement() {
      super(fixture());
    }
  }

  @Nested
  class StaleSettlement extends StaleSettlementContract {
    StaleSettlement() {
      super(fixture());
    }
  }

  @Nested
  class Revocation extends RevocationContract {
    Revocation() {
      super(fixture());
    }
  }

  @Nested
  class MemberDeath extends MemberDeathContract {
    MemberDeath() {
      super(fixture());
    }
  }

  @Nested
  class Order extends OrderContract {
    Order() {
      super(fixture());
    }
  }

  @Nested
  class BackPressure extends BackPressureContract {
    BackPressure() {
      super(fixture());
    }
  }

  @Nested
  class Signals extends SignalsContract {
    Signals() {
      super(fixture());
    }
  }

  @Nested
  class Payload extends PayloadContract {
    Payload() {
      super(fixture());
    }
  }

  @Nested
  class Header extends HeaderContract {
    Header() {
      super(fixture());
    }
  }

  @Nested
  class Foreign extends ForeignContract {
    Foreign() {
      super(fixture());
    }
  }

  @Nested
  class Capability extends CapabilityContract {
    Capability() {
      super(fixture());
    }
  }

  @Nested
  class Configuration extends ConfigurationContract {
    Configuration() {
      super(fixture());
    }
  }

  @Nested
  class Errors extends ErrorsContract {
    Errors() {
      super(fixture());
    }
  }

  @Nested
  class Lifecycle extends LifecycleContract {
    Lifecycle() {
      super(fixture());
    }
  }

  @Nested
  class Leak extends LeakContract {
    Leak() {
      super(fixture());
    }
  }

  @Nested
  class Outage extends OutageContract {
    Outage() {
      super(fixture());
    }
  }

  @Nested
  class Volume extends VolumeContract {
    Volume() {
      super(fixture());
    }
  }
}
