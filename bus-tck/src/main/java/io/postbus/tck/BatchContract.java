package io.postbus.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.postbus.message.Destination;
import io.postbus.message.Message;
import io.postbus.spi.Group;
import io.postbus.spi.Outbound;
import io.postbus.spi.PublishException.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** A batch is many sends in one call: each item ends for itself. */
abstract class BatchContract extends DriverScene {
  BatchContract(DriverFixture fixture) {
    super(fixture);
  }

  @Test
  void everyItemHasItsOwnEnd() {
    Node node = node();
    String topic = name("topic");
    Group group = node.declare(group(topic));
    List<Outbound> batch = new ArrayList<>();
    for (Message m : Messages.some(topic, 100)) {
      boolean lost = batch.size() % 10 == 7;
      batch.add(new Outbound(lost ? Destination.group("nobody") : Destination.topic(topic), m));
    }
    List<CompletionStage<Void>> ends = node.producer().send(batch);
    assertThat(ends).hasSize(100);
    for (int i = 0; i < 100; i++) {
      if (i % 10 == 7) {
        assertThat(Sends.outcome(ends.get(i), patience())).isEqualTo(Outcome.UNROUTABLE);
      } else {
        Sends.confirmed(ends.get(i), patience());
      }
    }
    assertThat(node.count(group)).isEqualTo(90);
  }

  @Test
  void aBatchMayGoToManyPlaces() {
    Node node = node();
    List<Group> groups = List.of(group(name("topic")), group(name("topic")), group());
    groups.forEach(node::declare);
    List<Outbound> batch = new ArrayList<>();
    for (Message m : Messages.some(name("topic"), 30)) {
      batch.add(new Outbound(Destination.group(groups.get(batch.size() % 3).name()), m));
    }
    Sends.confirmed(node.producer().send(batch), patience());
    for (int i = 0; i < 3; i++) {
      List<Message> its = new ArrayList<>();
      for (int j = i; j < 30; j += 3) {
        its.add(batch.get(j).message());
      }
      node.join(groups.get(i), 50).receiveAndAck(its);
    }
  }

  @Test
  void aBatchKeepsItsOrder() {
    Node node = node();
    String topic = name("topic");
    Member member = node.join(node.declare(group(topic)), 500);
    node.publish(Messages.keyed(topic, "k", 0, 200));
    node.publish(Messages.keyed(topic, "k", 200, 200));
    assertThat(Messages.numbersOf(member.receive(400))).isSorted();
  }

  @Test
  void anEmptyBatchIsDone() {
    assertThat(node().producer().send(List.of())).isEmpty();
  }
}
