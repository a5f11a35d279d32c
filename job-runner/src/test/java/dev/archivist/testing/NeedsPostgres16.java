package dev.archivist.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test of what only PostgreSQL 16 and newer have, such as memberships with options: it runs where
 * the tests' server is one, and the build's last lines say where not.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag(NeedsPostgres16.TAG)
@ExtendWith(NeedsPostgres16.Condition.class)
public @interface NeedsPostgres16 {
  String TAG = "postgres16";
  int VERSION = 16;

  /** Skips the test on an older server. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      int version = TestCluster.shared().version();
      return version >= VERSION
          ? ConditionEvaluationResult.enabled("the server is PostgreSQL " + version)
          : ConditionEvaluationResult.disabled(
              "the server is PostgreSQL "
                  + version
                  + "; ARCHIVIST_TEST_POSTGRES_HOME names another one");
    }
  }
}
