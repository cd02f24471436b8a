package io.postbus.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @Test
  void aGoodNameIsGoodEachTime() {
    assertThat(Names.topic("orders.v1")).isEqualTo("orders.v1");
    assertThat(Names.topic(new String("orders.v1".toCharArray()))).isEqualTo("orders.v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\tb", "a*", "#", "a\u007F"})
  void aBadNameIsBadEachTime(String name) {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> Names.topic(name)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Names.type(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aTypeMayBeLongerThanATopic() {
    String name = "n".repeat(230);
    for (int i = 0; i < 3; i++) {
      assertThat(Names.type(name)).isEqualTo(name);
      assertThatThrownBy(() -> Names.topic(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void namesWithOneHashAreToldApart() {
    assertThat("Aa.x".hashCode()).isEqualTo("BB.x".hashCode());
    assertThat(Names.topic("Aa.x")).isEqualTo("Aa.x");
    assertThat(Names.topic("BB.x")).isEqualTo("BB.x");
    assertThat(Names.topic("Aa.x")).isEqualTo("Aa.x");
  }
}
