package io.postbus.driver.redisstream;

/**
 * What the threads of one member share.
 *
 * @param group the group's name, as people know it
 */
record Membership(
    String group,
    Member member,
    Held held,
    Room room,
    Ownership ownership,
    RedisSettings settings) {}
