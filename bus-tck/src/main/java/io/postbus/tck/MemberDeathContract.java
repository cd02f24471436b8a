package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of the deliveries of a member that is gone. */
abstract class MemberDeathContract extends DriverScene {
  MemberDeathContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void whatAClosedMemberHeldIsHandedToAnother() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member dying = node.join(group, 10);
    List<Message> sent = Messages.some(topic, 10);
    node.publish(sent);
    List<Received> held = dying.receive(10);
    dying.ack(held.subList(0, 2));
    dying.close();
    Member heir = node().join(group, 10);
    heir.receiveAndAck(
        sent.stream().filter(m -> Messages.idsOf(held.subList(2, 10)).contains(m.id())).toList());
    heir.receivesNothingElse();
    heir.leavesNothing();
  }

  @Test
  void whatAClosedDriverHeldIsHandedToAnother() {
    Node dying = node();
    String topic = name("topic");
    Group group = dying.declare(group(topic));
    List<Message> sent = Messages.some(topic, 10);
    dying.publish(sent);
    assertThat(dying.join(group, 5).receive(5)).hasSize(5);
    dying.close();
    Member heir = node().join(group, 10);
    heir.receiveAndAck(sent);
    heir.leavesNothing();
  }

  @Test
  void whatALostConnectionHeldIsHandedToAnother() {
    Node dying = node();
    inherits(dying, () -> dying.link().down());
  }

  /** Half-open: nobody is told, so somebody has to notice. */
  @Test
  void whatASilentConnectionHeldIsHandedToAnother() {
    Node dying = node();
    inherits(dying, () -> dying.link().stall());
  }

  private void inherits(Node dying, Runnable fault) {
    String topic = name("topic");
    Group group = dying.declare(group(topic));
    Member lost = dying.join(group, 10);
    List<Message> sent = Messages.some(topic, 10);
    dying.publish(sent);
    List<Received> held = lost.receive(10);
    fault.run();
    Member heir = node().join(group, 10);
    List<Received> inherited = receivePolling(heir, lost, 10);
    assertThat(Messages.idsOf(inherited)).containsExactlyInAnyOrderElementsOf(Messages.ids(sent));
    heir.ack(inherited);
    dying.link().restore();
    eventually()
        .until(
            "the lost member knows",
            () -> lost.poll(0).isEmpty() && Set.copyOf(lost.listener().gone()).containsAll(held));
    held.forEach(d -> assertThat(lost.consumer().settle(d, Settlement.ACK)).isFalse());
    heir.leavesNothing();
  }

  /** The lost member goes on polling, as its process does not know yet. */
  private List<Received> receivePolling(Member heir, Member lost, int count) {
    List<Received> all = new ArrayList<>();
    eventually()
        .until(
            "the heir has " + count,
            () -> {
              assertThat(lost.poll(0)).isEmpty();
              all.addAll(heir.poll(count - all.size()));
              return all.size() == count;
            });
    return all;
  }
}
