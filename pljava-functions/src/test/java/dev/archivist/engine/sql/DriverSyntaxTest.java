package dev.archivist.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;

class DriverSyntaxTest {
  @Example
  void operatorsAreNoParameters() {
    String check =
        "((note ? 'what?'::text) AND (note ?| '{\"a?\"}'::text[]) AND note @? '$.a'::jsonpath)";

    String expression = DriverSyntax.expression(check);

    assertThat(expression)
        .isEqualTo(
            "((note ?? 'what?'::text) AND (note ??| '{\"a?\"}'::text[]) AND note @?? '$.a'::jsonpath)");
    assertThat(DriverSyntax.forPlJava(expression))
        .isEqualTo(
            "((note /*'*/?/*'*/ 'what?'::text) AND (note /*'*/?|/*'*/ '{\"a?\"}'::text[])"
                + " AND note /*'*/@?/*'*/ '$.a'::jsonpath)");
  }

  @Example
  void namesHaveNoBackslash() {
    assertThat(DriverSyntax.expression("(\"a\\\" ? \"why?\" AND \"b!\"\"\\c\" = E'\\\\?')"))
        .isEqualTo(
            "(U&\"a!005C\" UESCAPE '!' ?? \"why?\" AND U&\"b!!\"\"!005Cc\" UESCAPE '!' = E'\\\\?')");
  }

  @Example
  void stringsAreLeftAsTheyAre() {
    for (String text : new String[] {"'it''s ?'", "E'a\\\\''?'", "E'\\'?'", "'a\\'"}) {
      assertThat(DriverSyntax.expression(text + " ? x")).isEqualTo(text + " ?? x");
      assertThat(DriverSyntax.forPlJava(text + " ?? x")).isEqualTo(text + " /*'*/?/*'*/ x");
    }
  }
}
