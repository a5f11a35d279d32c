package dev.archivist.engine;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.archivist.engine.error.ArchiveException;
import dev.archivist.engine.sql.Savepoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows of the engine, and what a backend forbids. */
class ArchitectureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.archivist.engine");

  /** The rooms from the ground up: each may know those before it, and none beside or above. */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("sql", "error"),
          Set.of("catalog"),
          Set.of("digest"),
          Set.of("policy"),
          Set.of("hold", "ledger"),
          Set.of("job"),
          Set.of("report"),
          Set.of("archive", "restore", "purge", "verify"),
          Set.of(""));

  @Test
  void nothingPointsUpwards() {
    Set<String> below = new TreeSet<>();
    for (Set<String> floor : FLOORS) {
      for (String room : floor) {
        Set<String> known = new TreeSet<>(below);
        known.add(room);
        if (floor.contains("sql")) {
          known.addAll(floor); // the two that everybody knows, and each other
        }
        classes()
            .that()
            .resideInAPackage(packageOf(room))
            .should()
            .onlyDependOnClassesThat(
                resideOutsideOfPackage("dev.archivist.engine..")
                    .or(
                        resideInAnyPackage(
                            known.stream()
                                .map(ArchitectureTest::packageOf)
                                .toArray(String[]::new))))
            .because("a room knows the floors below it: " + below)
            .check(ENGINE);
      }
      below.addAll(floor);
    }
  }

  /** A room that is not on a floor would escape the rule above. */
  @Test
  void everyRoomHasItsFloor() {
    Set<String> rooms =
        ENGINE.stream()
            .map(type -> type.getPackageName().replaceFirst("^dev\\.archivist\\.engine\\.?", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(rooms)
        .isEqualTo(
            FLOORS.stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String packageOf(String room) {
    return room.isEmpty() ? "dev.archivist.engine" : "dev.archivist.engine." + room;
  }

  @Test
  void noPackagesDependOnEachOther() {
    slices().matching("dev.archivist.engine.(*)..").should().beFreeOfCycles().check(ENGINE);
  }

  @Test
  void theEngineStandsOnJavaAlone() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "dev.archivist.engine..")
        .because("PostgreSQL loads this jar and no other")
        .check(ENGINE);
  }

  @Test
  void nothingEndsTheCallersTransaction() {
    noClasses()
        .should()
        .callMethod(Connection.class, "commit")
        .orShould()
        .callMethod(Connection.class, "rollback")
        .orShould()
        .callMethod(Connection.class, "setAutoCommit", boolean.class)
        .because("one call is one transaction of the caller")
        .check(ENGINE);
  }

  @Test
  void nothingSleeps() {
    noClasses()
        .should()
        .callMethodWhere(target(nameMatching("sleep|wait|park.*|await")))
        .because("a backend cannot be woken while Java waits")
        .check(ENGINE);
  }

  @Test
  void onlySavepointsCatchErrorsOfTheDatabase() {
    classes()
        .that()
        .doNotBelongToAnyOf(Savepoints.class)
        .should(notCatchErrorsOfTheDatabase())
        .because("what a failed statement did half would be committed")
        .check(ENGINE);
  }

  /**
   * The engine's own exception is no error of a statement: it may be raised again in another form.
   */
  private static ArchCondition<JavaClass> notCatchErrorsOfTheDatabase() {
    return new ArchCondition<>("not catch SQLException") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getCodeUnits().stream()
            .flatMap(unit -> unit.getTryCatchBlocks().stream())
            .forEach(
                block ->
                    block.getCaughtThrowables().stream()
                        .filter(caught -> !isOwn(type, caught))
                        .filter(ArchitectureTest::catchesErrorsOfTheDatabase)
                        .forEach(
                            caught ->
                                events.add(
                                    SimpleConditionEvent.violated(
                                        type,
                                        type.getName()
                                            + " catches "
                                            + caught.getSimpleName()
                                            + " in "
                                            + block.getSourceCodeLocation()))));
      }
    };
  }

  private static boolean isOwn(JavaClass type, JavaClass caught) {
    return caught.isEquivalentTo(ArchiveException.class) && type.isEquivalentTo(ServerErrors.class);
  }

  /** Throwable is left out: try-with-resources compiles to it, and throws it on. */
  private static boolean catchesErrorsOfTheDatabase(JavaClass caught) {
    return caught.isAssignableTo(SQLException.class)
        || Set.of("java.lang.Exception").contains(caught.getName());
  }
}
