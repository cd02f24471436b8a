package io.postbus.runtime.connect;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;

/**
 * This process as brokers and stores see it.
 *
 * @param name unique among the processes that share a broker or store
 * @param callTimeout how long a call may wait for a broker or the store
 */
public record Node(String namespace, String name, InstantSource clock, Duration callTimeout) {
  private static final int HOST_LENGTH = 60;

  /** A name that no other process has: host, process id and a random part. */
  public static String uniqueName() {
    String random = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
    return host() + "-" + ProcessHandle.current().pid() + "-" + random;
  }

  private static String host() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException noName) {
      host = "host";
    }
    String plain = host.replaceAll("[^A-Za-z0-9._-]", "-");
    return plain.length() > HOST_LENGTH ? plain.substring(0, HOST_LENGTH) : plain;
  }
}
