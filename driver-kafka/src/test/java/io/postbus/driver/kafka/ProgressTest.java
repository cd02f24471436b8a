package io.postbus.driver.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void whatIsGivenBackFinishedNeedsNoMetadata() {
    Track track = new Track(7);
    assertThat(Progress.last(track, 0)).isEqualTo(new OffsetAndMetadata(7));
    track.saw(7);
    assertThat(Progress.read(Progress.last(track, 1)).held()).isTrue();
    track.finish(7);
    assertThat(Progress.last(track, 0)).isEqualTo(new OffsetAndMetadata(8));
    assertThat(Progress.read(Progress.last(track, 0)).held()).isFalse();
    assertThat(Progress.read(Progress.commit(track, 0)).held()).isTrue();
  }

  @Test
  void whatWasFinishedIsKnownAgain() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      Track track = new Track(round);
      Set<Long> finished = new HashSet<>();
      for (long o = round; o < round + 700; o++) {
        track.saw(o);
        if (random.nextInt(4) != 0) {
          finished.add(o);
        }
      }
      finished.forEach(track::finish);
      OffsetAndMetadata commit = Progress.commit(track, 3);
      Progress read = Progress.read(commit);
      Track again = read.track(commit.offset());
      assertThat(read.out()).isEqualTo(3);
      for (long o = round; o < round + 700; o++) {
        assertThat(again.finished(o)).as("offset " + o).isEqualTo(finished.contains(o));
      }
      long beyond = finished.stream().filter(o -> o >= commit.offset()).count();
      assertThat(read.finished()).isEqualTo(beyond);
    }
  }

  @Test
  void whatDoesNotFitIsLeftOutFromTheEnd() {
    Track track = new Track(0);
    for (long o = 0; o < 20_000; o++) {
      track.saw(o);
    }
    for (long o = 1; o < 20_000; o += 2) {
      track.finish(o);
    }
    OffsetAndMetadata commit = Progress.commit(track, 0);
    assertThat(commit.metadata().length()).isBetween(4_000, Progress.LIMIT);
    Track again = Progress.read(commit).track(0);
    assertThat(again.finished(1)).isTrue();
    assertThat(again.finished(2)).isFalse();
    assertThat(again.finished(2_001)).isTrue();
    assertThat(again.finished(19_999)).isFalse();
  }

  @Test
  void metadataOfOthersIsNoneOfOurs() {
    for (String text : new String[] {"", "by hand", "pb1:", "pb1:!", "pb1:gICA"}) {
      assertThat(Progress.read(new OffsetAndMetadata(1, text)).finished()).isZero();
    }
  }

  @Test
  void holesAreFinished() {
    Track track = new Track(0);
    track.saw(0);
    track.saw(5_000);
    track.skipTo(20_000);
    track.finish(5_000);
    assertThat(track.low()).isZero();
    track.finish(0);
    assertThat(track.low()).isEqualTo(20_000);
    track.saw(70_000);
    assertThat(track.low()).isEqualTo(70_000);
    track.finish(70_000);
    track.finish(70_000);
    track.finish(3);
    assertThat(track.low()).isEqualTo(70_001);
  }
}
