import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Sums the reports of Surefire and Failsafe up: a line a module, the contracts of bus-tck by
 * driver, what failed or was skipped, and at the very end {@code N passed, N failed}. Its argument
 * is Maven's exit code: a build that broke outside of the tests counts as one failure.
 */
final class TestSummary {
  /** A module in a module, target, reports, file. */
  private static final int DEPTH = 5;

  private enum Outcome {
    PASSED,
    FAILED,
    SKIPPED
  }

  /** One test: the class it was run for, the class it stands in, and how it went. */
  private record Result(String module, String suite, String type, String name, Outcome outcome) {
    /** Contracts are nested classes of what a driver or a store runs as its contract. */
    boolean ofContract() {
      return suite.matches(".*Contract(IT|Test)") && type.contains("$");
    }

    /** The kind of contract: DriverContract, StoreContract. */
    String kind() {
      return simple(type.substring(0, type.indexOf('$')));
    }

    String contract() {
      return type.substring(type.indexOf('$') + 1).replace('$', '.');
    }

    /** The driver or store, told by its module, or by the class if the module has several. */
    String subject(Set<String> suites) {
      return suites.size() == 1
          ? module.replaceFirst("^(driver|store)-", "")
          : simple(suite).replaceFirst("Contract(IT|Test)$", "");
    }

    /** A nested class alone does not say for what it was run. */
    String where() {
      return type.startsWith(suite) ? type : simple(suite) + " " + type;
    }

    private static String simple(String name) {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  public static void main(String[] args) throws IOException, XMLStreamException {
    List<Result> results = new ArrayList<>();
    for (Path report : reports()) {
      readReport(report, results);
    }
    results.sort(Comparator.comparing(Result::module).thenComparing(Result::type));
    System.out.println();
    printModules(results);
    printContracts(results);
    printNames("FAILED ", results, Outcome.FAILED);
    printNames("SKIPPED (counts as failed) ", results, Outcome.SKIPPED);
    int passed = count(results, r -> r.outcome == Outcome.PASSED);
    int failed = results.size() - passed;
    if (failed == 0 && !args[0].equals("0")) {
      System.out.println("FAILED the build, with no test to blame: see Maven's errors above");
      failed = 1;
    } else if (results.isEmpty()) {
      System.out.println("FAILED to run a single test");
      failed = 1;
    }
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  private static List<Path> reports() throws IOException {
    String pattern = "glob:**/target/{surefire,failsafe}-reports/TEST-*.xml";
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher(pattern);
    try (Stream<Path> files =
        Files.find(Path.of("."), DEPTH, (path, is) -> matcher.matches(path))) {
      return files.toList();
    }
  }

  private static void readReport(Path report, List<Result> results)
      throws IOException, XMLStreamException {
    Path folder = report.getParent().getParent().getParent();
    String module = Path.of(".").relativize(folder).toString();
    try (InputStream in = Files.newInputStream(report)) {
      XMLStreamReader xml = XMLInputFactory.newDefaultFactory().createXMLStreamReader(in);
      String suite = "";
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT) {
          if (xml.getLocalName().equals("testsuite")) {
            suite = xml.getAttributeValue(null, "name");
          } else if (xml.getLocalName().equals("testcase")) {
            String type = xml.getAttributeValue(null, "classname");
            String name = xml.getAttributeValue(null, "name");
            results.add(new Result(module, suite, type, name, outcome(xml)));
          }
        }
      }
    }
  }

  /** Reads to the end of the test case. */
  private static Outcome outcome(XMLStreamReader xml) throws XMLStreamException {
    Outcome outcome = Outcome.PASSED;
    for (int event = xml.next(); ; event = xml.next()) {
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (xml.getLocalName()) {
          case "failure", "error" -> outcome = Outcome.FAILED;
          case "skipped" -> outcome = Outcome.SKIPPED;
          default -> {}
        }
      } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("testcase")) {
        return outcome;
      }
    }
  }

  private static void printModules(List<Result> results) {
    Set<String> modules = new TreeSet<>();
    results.forEach(result -> modules.add(result.module));
    System.out.printf("%-24s %8s %8s %8s%n", "module", "passed", "failed", "skipped");
    for (String module : modules) {
      System.out.printf("%-24s", module);
      for (Outcome outcome : Outcome.values()) {
        System.out.printf(
            " %8d", count(results, r -> r.module.equals(module) && r.outcome == outcome));
      }
      System.out.println();
    }
    System.out.println();
  }

  private static void printContracts(List<Result> results) {
    List<Result> ofContracts = results.stream().filter(Result::ofContract).toList();
    ofContracts.stream()
        .map(Result::kind)
        .distinct()
        .sorted()
        .forEach(
            kind -> print(kind, ofContracts.stream().filter(r -> r.kind().equals(kind)).toList()));
  }

  /** A row a contract, a column a driver: how many tests passed, and of how many if not all did. */
  private static void print(String kind, List<Result> results) {
    Map<String, Set<String>> suites = new TreeMap<>();
    results.forEach(r -> suites.computeIfAbsent(r.module, m -> new TreeSet<>()).add(r.suite));
    Map<String, Map<String, List<Result>>> rows = new TreeMap<>();
    Set<String> subjects = new TreeSet<>();
    for (Result result : results) {
      String subject = result.subject(suites.get(result.module));
      subjects.add(subject);
      rows.computeIfAbsent(result.contract(), contract -> new TreeMap<>())
          .computeIfAbsent(subject, name -> new ArrayList<>())
          .add(result);
    }
    System.out.printf("%-24s", kind);
    subjects.forEach(subject -> System.out.printf(" %15s", subject));
    System.out.println();
    rows.forEach(
        (contract, row) -> {
          System.out.printf("%-24s", contract);
          subjects.forEach(s -> System.out.printf(" %15s", cell(row.getOrDefault(s, List.of()))));
          System.out.println();
        });
    System.out.println();
  }

  private static String cell(List<Result> tests) {
    int passed = count(tests, r -> r.outcome == Outcome.PASSED);
    if (tests.isEmpty()) {
      return "-";
    }
    return passed == tests.size() ? Integer.toString(passed) : passed + " of " + tests.size();
  }

  private static void printNames(String label, List<Result> results, Outcome outcome) {
    results.stream()
        .filter(result -> result.outcome == outcome)
        .forEach(r -> System.out.println(label + r.module + ": " + r.where() + "." + r.name));
  }

  private static int count(List<Result> results, Predicate<Result> condition) {
    return (int) results.stream().filter(condition).count();
  }
}
