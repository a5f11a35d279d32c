package dev.archivist.engine;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The arrows of the engine, and what a backend forbids. */
class ArchitectureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.archivist.engine");

  @Test
  void importsGoOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("functions")
        .definedBy("dev.archivist.engine")
        .layer("job")
        .definedBy("dev.archivist.engine.job")
        .layer("batch")
        .definedBy("dev.archivist.engine.batch")
        .layer("plan")
        .definedBy("dev.archivist.engine.plan")
        .layer("partition")
        .definedBy("dev.archivist.engine.partition")
        .layer("policy")
        .definedBy("dev.archivist.engine.policy")
        .layer("sql")
        .definedBy("dev.archivist.engine.sql")
        .layer("error")
        .definedBy("dev.archivist.engine.error")
        .whereLayer("functions")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("job")
        .mayOnlyBeAccessedByLayers("functions")
        .whereLayer("batch")
        .mayOnlyBeAccessedByLayers("functions", "job")
        .whereLayer("plan")
        .mayOnlyBeAccessedByLayers("functions", "job", "batch")
        .whereLayer("partition")
        .mayOnlyBeAccessedByLayers("functions", "job", "batch", "plan")
        .whereLayer("policy")
        .mayOnlyBeAccessedByLayers("functions", "job", "batch", "plan", "partition")
        .whereLayer("sql")
        .mayOnlyBeAccessedByLayers("functions", "job", "batch", "plan", "partition", "policy")
        .check(ENGINE);
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
