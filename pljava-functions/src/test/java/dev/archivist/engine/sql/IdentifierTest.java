package dev.archivist.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class IdentifierTest {

  @Provide
  Arbitrary<String> names() {
    Arbitrary<Character> anything =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.chars().range('\1', '\uD7FF')),
            Tuple.of(2, Arbitraries.of('"', '\'', '\\', '.', '{', '}', '?', ' ')));
    return anything
        .array(Character[].class)
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(
            characters -> {
              StringBuilder name = new StringBuilder();
              for (Character character : characters) {
                name.append(character);
              }
              return name.toString();
            })
        .filter(name -> name.getBytes(StandardCharsets.UTF_8).length <= 63);
  }

  @Property
  void nothingInANameEndsItsQuotes(@ForAll("names") String name) {
    String sql = new Identifier(name).sql();

    assertThat(sql).startsWith("\"").endsWith("\"");
    String inner = sql.substring(1, sql.length() - 1);
    assertThat(inner.replace("\"\"", "")).doesNotContain("\"");
    assertThat(inner.replace("\"\"", "\"")).isEqualTo(name);
  }

  @Property
  void aTableIsNamedWithItsSchema(@ForAll("names") String schema, @ForAll("names") String table) {
    assertThat(QualifiedName.of(schema, table).sql())
        .isEqualTo(new Identifier(schema).sql() + "." + new Identifier(table).sql());
  }

  @Example
  void whatPostgresqlWouldCutOrRefuseIsNoName() {
    assertThat(new Identifier("x".repeat(63)).sql()).hasSize(65);
    for (String name : new String[] {"", "a\0b", "x".repeat(64), "ü".repeat(32), null}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Identifier(name));
    }
  }
}
