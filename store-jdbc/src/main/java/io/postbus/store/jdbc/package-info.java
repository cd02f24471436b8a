/**
 * The store on MySQL, MariaDB, PostgreSQL and H2. Statements live in {@link
 * io.postbus.store.jdbc.Tables}, what differs between databases in {@link
 * io.postbus.store.jdbc.Dialect}; nothing here decides when anything is due or done.
 */
@NullMarked
package io.postbus.store.jdbc;

import org.jspecify.annotations.NullMarked;
