package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Received;
import io.postbus.spi.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Settling what has been taken away does nothing: not to it, and not to what came instead. */
abstract class StaleSettlementContract extends DriverScene {
  StaleSettlementContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void whatWasRevokedCannotBeAcknowledged() {
    staleSettlementsAreRefused(Settlement.ACK);
  }

  @Test
  void whatWasRevokedCannotBeReleased() {
    staleSettlementsAreRefused(Settlement.RELEASE);
  }

  private void staleSettlementsAreRefused(Settlement how) {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 50);
    node.publish(Messages.some(topic, 20));
    List<Received> before = member.receive(20);
    node.link().cut();
    List<Received> after = reconnected(node, member);
    Set<Received> gone = Set.copyOf(member.listener().gone());

    for (Received old : before) {
      assertThat(member.consumer().settle(old, how))
          .as("%s of %s", how, old.message())
          .isNotEqualTo(gone.contains(old));
    }
    assertThat(member.consumer().flush(patience())).isTrue();
    assertThat(Messages.idsOf(after))
        .as("handed out again: what was revoked")
        .containsExactlyInAnyOrderElementsOf(Messages.idsOf(gone));
    member.ack(after);
    member.receiveAndAck(released(how, before, gone));
    member.receivesNothingElse();
    member.leavesNothing();
  }

  @Test
  void afterTheCloseNothingIsSettled() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    Member member = node.join(group, 50);
    List<Message> sent = Messages.some(topic, 5);
    node.publish(sent);
    List<Received> held = member.receive(5);
    member.close();
    for (Received delivery : held) {
      assertThat(member.consumer().settle(delivery, Settlement.ACK)).isFalse();
    }
    node.join(group, 50).receiveAndAck(sent);
  }

  /** What comes until a message sent after the cut has come, and all that was revoked. */
  private List<Received> reconnected(Node node, Member member) {
    Message fence = Messages.one(member.group().topics().iterator().next());
    node.publish(fence);
    List<Received> again = new ArrayList<>();
    eventually()
        .until(
            "the member gets messages after the cut, and again what it lost",
            () -> {
              again.addAll(member.poll(50));
              return Messages.idsOf(again).contains(fence.id())
                  && again.size() > member.listener().gone().size();
            });
    List<Received> fences =
        again.stream().filter(d -> d.message().id().equals(fence.id())).toList();
    member.ack(fences);
    again.removeAll(fences);
    return again;
  }

  /** What a release that was accepted brings back. */
  private static List<Message> released(Settlement how, List<Received> before, Set<Received> gone) {
    return how == Settlement.ACK
        ? List.of()
        : before.stream()
            .filter(d -> !gone.contains(d))
            .map(Received::message)
            .collect(Collectors.toList());
  }
}
