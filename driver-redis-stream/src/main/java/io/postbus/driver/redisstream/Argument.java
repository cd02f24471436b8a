package io.postbus.driver.redisstream;

import redis.clients.jedis.args.Rawable;

/** An argument of a command that is not copied, as the client's own are: nobody changes it. */
final class Argument implements Rawable {
  private final byte[] bytes;

  Argument(byte[] bytes) {
    this.bytes = bytes;
  }

  Argument(String text) {
    this(RedisNames.bytes(text));
  }

  @Override
  public byte[] getRaw() {
    return bytes;
  }
}
