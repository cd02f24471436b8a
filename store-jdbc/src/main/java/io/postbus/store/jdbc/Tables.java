package io.postbus.store.jdbc;

import java.util.List;

/** The tables' names, and the statements that make them. Immutable. */
final class Tables {
  /** Goes up with every change of a table; each step up is in {@link #steps}. */
  static final int VERSION = 1;

  final String schema;
  final String space;
  final String entry;
  final String handle;
  final String lease;
  final String done;
  final String group;
  private final Dialect dialect;

  Tables(String prefix, Dialect dialect) {
    this.dialect = dialect;
    this.schema = prefix + "schema";
    this.space = prefix + "space";
    this.entry = prefix + "entry";
    this.handle = prefix + "handle";
    this.lease = prefix + "lease";
    this.done = prefix + "done";
    this.group = prefix + "group";
  }

  /** The statements that lead from the version before to this one. */
  List<String> steps(int version) {
    if (version == 1) {
      return first();
    }
    throw new IllegalArgumentException("There is no version " + version);
  }

  private List<String> first() {
    return List.of(
        create(
            space,
            "id " + dialect.identityType(),
            "name VARCHAR(255) NOT NULL",
            "shards INT NOT NULL",
            "PRIMARY KEY (id)",
            "UNIQUE (name)"),
        create(
            entry,
            "shard INT NOT NULL",
            "slot " + dialect.slotType() + " NOT NULL",
            "kind SMALLINT NOT NULL",
            "to_group VARCHAR(255)",
            "topic VARCHAR(255) NOT NULL",
            "type VARCHAR(255) NOT NULL",
            "message_id VARCHAR(255) NOT NULL",
            "sort_ms BIGINT NOT NULL",
            "error VARCHAR(1000)",
            "body " + dialect.bytesType() + " NOT NULL",
            "PRIMARY KEY (shard, slot)"),
        "CREATE INDEX " + entry + "_id ON " + entry + " (message_id)",
        create(
            handle,
            "shard INT NOT NULL",
            "slot " + dialect.slotType() + " NOT NULL",
            "handle VARCHAR(255) NOT NULL",
            "PRIMARY KEY (shard, slot)"),
        "CREATE INDEX " + handle + "_name ON " + handle + " (handle)",
        create(
            done,
            "space INT NOT NULL",
            "to_group VARCHAR(255) NOT NULL",
            "message_id VARCHAR(255) NOT NULL",
            "keep_until BIGINT NOT NULL",
            "PRIMARY KEY (space, to_group, message_id)"),
        "CREATE INDEX " + done + "_until ON " + done + " (keep_until)",
        create(
            group,
            "space INT NOT NULL",
            "name VARCHAR(255) NOT NULL",
            "topics " + dialect.textType() + " NOT NULL",
            "types " + dialect.textType() + " NOT NULL",
            "kind VARCHAR(20) NOT NULL",
            "since_ms BIGINT NOT NULL",
            "PRIMARY KEY (space, name)"));
  }

  /** What has to be there before the first version: who makes the rest, and how far it got. */
  List<String> basis() {
    return List.of(
        create(schema, "id INT NOT NULL", "version INT NOT NULL", "PRIMARY KEY (id)"),
        create(
            lease,
            "space INT NOT NULL",
            "name VARCHAR(255) NOT NULL",
            "owner VARCHAR(255) NOT NULL",
            "epoch BIGINT NOT NULL",
            "until_us BIGINT NOT NULL",
            "PRIMARY KEY (space, name)"));
  }

  private String create(String table, String... parts) {
    return "CREATE TABLE IF NOT EXISTS "
        + table
        + " ("
        + String.join(", ", parts)
        + ")"
        + dialect.tableOptions();
  }
}
