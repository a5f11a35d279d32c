package dev.archivist.demo.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the readers know of the program; the program knows only that there may be some. */
class ReadersArchitectureTest {
  private static final JavaClasses READERS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.archivist.demo.data");

  @Test
  void theReadersKnowTheDemoAndHowToFail() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.archivist.demo.data",
            "dev.archivist.demo",
            "dev.archivist.failure",
            "dev.archivist.engine.error",
            "com.fasterxml.jackson..",
            "org.apache.commons.csv..",
            "java.io..",
            "java.lang..",
            "java.math..",
            "java.nio..",
            "java.time..",
            "java.util..")
        .check(READERS);
  }

  @Test
  void onlyTheServiceIsPublic() {
    noClasses()
        .that()
        .areTopLevelClasses()
        .and()
        .doNotHaveSimpleName("RealFilesReader")
        .should()
        .bePublic()
        .check(READERS);
  }
}
