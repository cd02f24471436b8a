package io.postbus.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MergedMetricsTest {
  @Test
  void keepsTheSamplesOfAMetricTogether() {
    String one =
        """
        # HELP a counts
        # TYPE a counter
        a_total{x="1",y="}"} 5.0
        a_total{} 6.0
        # HELP b measures
        # TYPE b summary
        b_count 7
        b_sum 1.5 1700000000000
        """;
    String two =
        """
        # HELP b measures
        # TYPE b summary
        b_count 8
        # TYPE c gauge
        c NaN
        # EOF
        """;
    assertThat(new MergedMetrics().add("m/1", one).add("m/2", two).text())
        .isEqualTo(
            """
            # HELP a counts
            # TYPE a counter
            a_total{process="m/1",x="1",y="}"} 5.0
            a_total{process="m/1"} 6.0
            # HELP b measures
            # TYPE b summary
            b_count{process="m/1"} 7
            b_sum{process="m/1"} 1.5 1700000000000
            b_count{process="m/2"} 8
            # TYPE c gauge
            c{process="m/2"} NaN
            """);
  }

  @Test
  void aMetricWithoutSamplesIsLeftOut() {
    assertThat(new MergedMetrics().add("m/1", "# TYPE a counter\n").text()).isEmpty();
  }
}
