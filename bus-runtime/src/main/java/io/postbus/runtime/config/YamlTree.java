package io.postbus.runtime.config;

import io.postbus.spi.Located;
import io.postbus.spi.Problem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML into values that remember their lines. Scalars stay the text that stands in the file:
 * whoever reads a setting knows its type. One use, one thread.
 */
final class YamlTree {
  private static final int DEEPEST = 50;

  private final String file;
  private final Substitution substitution;
  private final List<Problem> problems;

  YamlTree(String file, Substitution substitution, List<Problem> problems) {
    this.file = file;
    this.substitution = substitution;
    this.problems = problems;
  }

  /** The document's keys; none where it is empty or broken, which is noted as a problem. */
  Map<String, Located> read(String yaml) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(50).build();
    try {
      Iterator<Node> documents =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, yaml)));
      if (!documents.hasNext()) {
        return new LinkedHashMap<>();
      }
      Node root = documents.next();
      if (documents.hasNext()) {
        problems.add(new Problem(file, "has more than one document; keep one"));
      }
      return root(root);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(m -> m.getLine() + 1).orElse(0);
      problems.add(
          new Problem(line == 0 ? file : file + ":" + line, "is not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(new Problem(file, "is not YAML: " + e.getMessage()));
    }
    return new LinkedHashMap<>();
  }

  private Map<String, Located> root(Node node) {
    if (node instanceof MappingNode mapping) {
      return map(mapping, "", 0);
    }
    if (!empty(node)) {
      problems.add(new Problem(place(node), "must be a section of keys, like driver: rabbitmq"));
    }
    return new LinkedHashMap<>();
  }

  private Map<String, Located> map(MappingNode mapping, String path, int depth) {
    Map<String, Located> out = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key) {
        String name = key.getValue();
        String full = path.isEmpty() ? name : path + "." + name;
        if (out.containsKey(name)) {
          problems.add(new Problem(place(key), full + " stands twice; keep one"));
        } else {
          value(entry.getValueNode(), full, depth).ifPresent(v -> out.put(name, v));
        }
      } else {
        problems.add(new Problem(place(entry.getKeyNode()), "a key must be plain text"));
      }
    }
    return out;
  }

  private Optional<Located> value(Node node, String path, int depth) {
    if (depth > DEEPEST) {
      problems.add(new Problem(place(node), path + " is nested too deeply"));
      return Optional.empty();
    }
    if (node instanceof MappingNode mapping) {
      return Optional.of(new Located(map(mapping, path, depth + 1), place(node)));
    }
    if (node instanceof SequenceNode sequence) {
      List<Located> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        value(item, path, depth + 1).ifPresent(items::add);
      }
      return Optional.of(new Located(items, place(node)));
    }
    if (empty(node)) {
      problems.add(
          new Problem(place(node), path + " has no value; give it one, or remove the line"));
      return Optional.empty();
    }
    return scalar(((ScalarNode) node).getValue(), path, place(node));
  }

  private Optional<Located> scalar(String text, String path, String place) {
    @Nullable Object value = substitution.apply(text, path, place, problems);
    return value == null ? Optional.empty() : Optional.of(new Located(value, place));
  }

  private static boolean empty(Node node) {
    return node instanceof ScalarNode s && s.isPlain() && s.getTag().equals(Tag.NULL);
  }

  private String place(Node node) {
    return node.getStartMark().map(m -> file + ":" + (m.getLine() + 1)).orElse(file);
  }
}
