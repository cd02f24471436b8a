package io.postbus.runtime.codec;

/** Whether the optional JSON library is there. Thread-safe. */
public final class Jackson {
  /** What a problem ends with where it is needed and absent. */
  public static final String NEEDED =
      "needs tools.jackson.core:jackson-databind 3 on the class path";

  private Jackson() {}

  /** Looks without loading anything that needs it. */
  public static boolean isPresent() {
    try {
      Class.forName(
          "tools.jackson.databind.json.JsonMapper", false, Jackson.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }
}
