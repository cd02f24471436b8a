/** Where a command's configuration comes from, and how it is shown. */
@NullMarked
package io.postbus.cli.config;

import org.jspecify.annotations.NullMarked;
