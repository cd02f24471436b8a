package io.postbus.store.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tables' names, and the statements that make them. Repeating a statement does no harm, so that
 * it does not matter where somebody else stopped. Immutable.
 */
final class Tables {
  /** Goes up with every change of a table; what changed is in {@link #step}. */
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

  /** What is there before the first version: how far the rest got, and who is at it. */
  List<String> basis() {
    List<String> all = new ArrayList<>();
    create(all, schema, Map.of(), "id INT", "version INT NOT NULL", "PRIMARY KEY (id)");
    create(
        all,
        lease,
        Map.of(),
        "space INT",
        "name " + dialect.idType(),
        "owner VARCHAR(255) NOT NULL",
        "epoch BIGINT NOT NULL",
        "until_us BIGINT NOT NULL",
        "PRIMARY KEY (space, name)");
    return all;
  }

  /** The statements that lead from the version before to this one. */
  List<String> step(int version) {
    if (version != 1) {
      throw new IllegalArgumentException("There is no version " + version);
    }
    List<String> all = new ArrayList<>();
    create(
        all,
        space,
        Map.of(),
        "name VARCHAR(255)",
        "id INT NOT NULL UNIQUE",
        "shards INT NOT NULL",
        "PRIMARY KEY (name)");
    // The shard's number is that of the namespace and its own in one. Everything but the key and
    // the body is there to be looked for.
    create(
        all,
        entry,
        Map.of("id", "message_id"),
        "shard INT",
        "slot " + dialect.slotType(),
        "kind VARCHAR(16) NOT NULL",
        "to_group VARCHAR(255)",
        "topic VARCHAR(255) NOT NULL",
        "type VARCHAR(255) NOT NULL",
        "message_id " + dialect.idType() + " NOT NULL",
        "handle " + dialect.idType(),
        "sort_ms BIGINT NOT NULL",
        "error VARCHAR(1000)",
        "body " + dialect.bytesType() + " NOT NULL",
        "PRIMARY KEY (shard, slot)");
    // Apart from the entries, most of which have none. A row may outlive its entry.
    create(
        all,
        handle,
        Map.of("name", "handle"),
        "shard INT",
        "slot " + dialect.slotType(),
        "handle " + dialect.idType(),
        "PRIMARY KEY (shard, slot, handle)");
    create(
        all,
        done,
        Map.of("until", "until_us"),
        "space INT",
        "to_group VARCHAR(255)",
        "message_id " + dialect.idType(),
        "until_us BIGINT NOT NULL",
        "PRIMARY KEY (space, to_group, message_id)");
    create(
        all,
        group,
        Map.of(),
        "space INT",
        "name VARCHAR(255)",
        "topics " + dialect.textType() + " NOT NULL",
        "types " + dialect.textType() + " NOT NULL",
        "kind VARCHAR(16) NOT NULL",
        "since_us BIGINT NOT NULL",
        "PRIMARY KEY (space, name)");
    return all;
  }

  private void create(
      List<String> all, String table, Map<String, String> indexes, String... parts) {
    List<String> columns = new ArrayList<>(List.of(parts));
    List<String> after = new ArrayList<>();
    indexes.forEach(
        (word, column) -> {
          String name = table + "_" + word;
          if (dialect.indexesInTable()) {
            columns.add("INDEX %s (%s)".formatted(name, column));
          } else {
            after.add("CREATE INDEX IF NOT EXISTS %s ON %s (%s)".formatted(name, table, column));
          }
        });
    all.add(
        "CREATE TABLE IF NOT EXISTS %s (\n  %s)%s"
            .formatted(table, String.join(",\n  ", columns), dialect.tableOptions()));
    all.addAll(after);
  }
}
