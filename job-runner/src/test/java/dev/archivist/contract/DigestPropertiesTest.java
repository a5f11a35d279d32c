package dev.archivist.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.TestDatabase;
import dev.archivist.testing.TestLength;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/** What sums of hashes promise, whatever the rows are. */
@AddLifecycleHook(TestLength.OfProperties.class)
class DigestPropertiesTest {
  private static TestDatabase db;

  /** A row; equal ones may come several times. */
  record Row(int small, long big, String words, String number) {
    String values(int position) {
      return "(%d, %d, %d, '%s', '%s', ARRAY['%4$s', NULL], timestamptz '2020-01-01Z' + %d * interval '1 s')"
          .formatted(position, small, big, words, number, small);
    }
  }

  @BeforeTry
  void emptyTable() {
    if (db == null) {
      db = TestDatabase.migrated();
      db.execute(
          "CREATE TABLE public.rows (position int, small int, big bigint, words text, number numeric, list text[], at timestamptz)");
    }
    db.execute("TRUNCATE public.rows");
  }

  @AfterContainer
  static void dropDatabase() {
    if (db != null) {
      db.close();
      db = null;
    }
  }

  @Property(tries = 25)
  void theSumOfThePartsIsThatOfTheWholeInAnyOrder(
      @ForAll("rows") List<Row> rows,
      @ForAll @IntRange(min = 1, max = 5) int parts,
      @ForAll long seed)
      throws SQLException {
    put(rows);
    List<BigDecimal> whole = digest("true");
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seed));
    put(shuffled);

    List<BigDecimal> sum = List.of(BigDecimal.ZERO, BigDecimal.ZERO);
    for (int part = 0; part < parts; part++) {
      List<BigDecimal> more = digest("position % " + parts + " = " + part);
      sum = List.of(sum.get(0).add(more.get(0)), sum.get(1).add(more.get(1)));
    }

    assertThat(sum).isEqualTo(whole);
    assertThat(digest("true")).isEqualTo(whole);
  }

  @Property(tries = 40)
  void anyChangeOfOneValueChangesBothSums(
      @ForAll("rows") List<Row> rows, @ForAll int which, @ForAll("changes") String change)
      throws SQLException {
    put(rows);
    List<BigDecimal> before = digest("true");

    db.execute(
        "UPDATE public.rows SET "
            + change
            + " WHERE position = "
            + Math.floorMod(which, rows.size()));

    assertBothDiffer(before, digest("true"));
  }

  @Property(tries = 40)
  void twoRowsThatSwapAValueChangeBothSums(
      @ForAll("rows") List<Row> rows, @ForAll int one, @ForAll int other) throws SQLException {
    put(rows);
    // so that they differ in what they swap and in what they keep
    db.execute("UPDATE public.rows SET big = big * 100 + position, small = position");
    int left = Math.floorMod(one, rows.size());
    int right = Math.floorMod(other, rows.size());
    List<BigDecimal> before = digest("true");

    db.execute(
        "UPDATE public.rows a SET big = b.big FROM public.rows b WHERE (a.position, b.position) IN ((%1$d, %2$d), (%2$d, %1$d))"
            .formatted(left, right));

    if (left == right) {
      assertThat(digest("true")).isEqualTo(before);
    } else {
      assertBothDiffer(before, digest("true"));
    }
  }

  private static void assertBothDiffer(List<BigDecimal> before, List<BigDecimal> after) {
    assertThat(after.get(0)).isNotEqualTo(before.get(0));
    assertThat(after.get(1)).isNotEqualTo(before.get(1));
  }

  private static void put(List<Row> rows) {
    List<String> values = new ArrayList<>();
    for (Row row : rows) {
      values.add(row.values(values.size()));
    }
    db.execute("TRUNCATE public.rows; INSERT INTO public.rows VALUES " + String.join(", ", values));
  }

  private static List<BigDecimal> digest(String condition) throws SQLException {
    return LiveDigest.select(
            db,
            "rows",
            "SELECT coalesce(sum({a}), 0), coalesce(sum({b}), 0) FROM {table} WHERE " + condition,
            "position")
        .get(0)
        .stream()
        .map(BigDecimal::new)
        .toList();
  }

  @Provide
  Arbitrary<String> changes() {
    return Arbitraries.of(
        "small = small + 1",
        "big = ~big",
        "big = big # 4294967297",
        "words = words || ' '",
        "number = CASE number WHEN 'NaN' THEN 0 ELSE number + 0.1 END",
        "number = CASE number WHEN 'NaN' THEN -1 ELSE number * 1.0 END",
        "list = array_append(list, NULL)",
        "list = array_append(list, '')",
        "list = NULL",
        "at = at + interval '1 us'");
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    return Combinators.combine(
            Arbitraries.integers().between(-3, 3),
            Arbitraries.of(-1L, 0L, 1L, 4_294_967_295L, 4_294_967_296L, -4_294_967_296L),
            Arbitraries.of("", " ", "a", "A", "é", "NULL"),
            Arbitraries.of("0", "0.0", "1", "1.0", "NaN", "-1"))
        .as(Row::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }
}
