package io.postbus.benchmarks;

import java.util.List;

/** A group of figures that are measured together. */
interface Suite {
  List<Figure> run(Options options) throws Exception;
}
