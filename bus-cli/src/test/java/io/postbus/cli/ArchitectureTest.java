package io.postbus.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules of structure that neither the compiler nor the enforcer can state. They live here
 * because the tests of this module see every module that is published.
 */
class ArchitectureTest {
  private static final String[] PLUGINS = {"io.postbus.driver..", "io.postbus.store.."};
  private static final String[] SPI = {
    "io.postbus.message", "io.postbus.spi", "io.postbus.spi.support"
  };

  private static final JavaClasses POSTBUS =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("io.postbus");

  @Test
  void seesEveryModule() {
    assertThat(POSTBUS.stream().map(JavaClass::getPackageName))
        .contains(
            "io.postbus",
            "io.postbus.cli",
            "io.postbus.driver.kafka",
            "io.postbus.driver.memory",
            "io.postbus.driver.rabbitmq",
            "io.postbus.driver.redisstream",
            "io.postbus.message",
            "io.postbus.spi",
            "io.postbus.spi.support",
            "io.postbus.tck",
            "io.postbus.test",
            "io.postbus.testbrokers");
  }

  @Test
  void everyPackageBelongsToOneModule() {
    var roots =
        POSTBUS.stream()
            .collect(groupingBy(JavaClass::getPackageName, mapping(this::root, toSet())));
    assertThat(roots).allSatisfy((name, found) -> assertThat(found).hasSize(1));
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> marked =
        POSTBUS.stream()
            .filter(type -> type.isAnnotatedWith(NullMarked.class))
            .map(JavaClass::getPackageName)
            .collect(toSet());
    assertThat(POSTBUS.stream().map(JavaClass::getPackageName)).isSubsetOf(marked);
  }

  @Test
  void driversAndStoresKnowTheSpiAlone() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(PLUGINS)
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.postbus..")
                    .and(not(resideInAnyPackage(SPI)))
                    .and(not(resideInAnyPackage(PLUGINS)))));
  }

  @Test
  void driversAndStoresDoNotKnowEachOther() {
    check(slices().matching("io.postbus.(driver|store).(*)..").should().notDependOnEachOther());
  }

  @Test
  void driversAndStoresShowTheirProvidersOnly() {
    check(
        classes()
            .that()
            .resideInAnyPackage(PLUGINS)
            .and()
            .areTopLevelClasses()
            .and()
            .arePublic()
            .should()
            .beAssignableTo("io.postbus.spi.DriverProvider")
            .orShould()
            .beAssignableTo("io.postbus.spi.StoreProvider")
            // What tests see of the memory driver from the inside: no broker of its own to look at.
            .orShould()
            .haveSimpleName("MemoryBroker")
            .orShould()
            .haveSimpleName("MemoryStorage"));
  }

  @Test
  void driversAndStoresAreOneFlatPackage() {
    check(
        noClasses()
            .should()
            .resideInAnyPackage("io.postbus.driver.*.*..", "io.postbus.store.*.*.."));
  }

  @Test
  void namesSayWhatAThingIs() {
    check(
        noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base)")
            .orShould()
            .haveNameMatching(".*[.$]I[A-Z][a-z][^.$]*"));
  }

  @Test
  void accessorsHaveNoGet() {
    check(
        noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage("io.postbus", "io.postbus.message", "io.postbus.spi..")
            .and()
            .arePublic()
            .should()
            .haveNameMatching(".*[.]get[A-Z][^.]*"));
  }

  /** The jar or folder the class came from. */
  private String root(JavaClass type) {
    String uri = type.getSource().orElseThrow().getUri().toString();
    return uri.substring(0, uri.length() - (type.getName().length() + ".class".length()));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(POSTBUS);
  }
}
