package dev.archivist.contract;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Finds other values for an integer column of {@value #ROWS} rows that leave both sums of the
 * digest as they are: D. Wagner, "A Generalized Birthday Problem", CRYPTO 2002. Each row has the
 * values from 0 to 65535 to choose from, and has none of them before. Of what two lists give
 * together, only that is kept whose next 16 bits are as the old rows' are; eight times two lists
 * become one, and 128 bits are.
 */
final class EqualSums {
  static final int ROWS = 256;
  private static final int CANDIDATES = 1 << 16;
  private static final int LEVELS = 8;

  /**
   * A row as it is.
   *
   * @param value what its column has
   * @param first {@code hash_record_extended} of it, with the seed 1
   * @param second the same with the seed 2
   */
  record Row(int value, long first, long second) {}

  /** What some neighbouring rows can add to both sums, modulo 2^64; made of two such lists. */
  private record Choices(long[] first, long[] second, int[] left, int[] right, Pair of) {}

  private record Pair(Choices left, Choices right) {}

  private final List<Row> rows;

  /** Of each candidate, what it adds to the hash of a record. */
  private final long[] innerFirst = new long[CANDIDATES];

  private final long[] innerSecond = new long[CANDIDATES];
  private final long weight;

  /**
   * @param rows those whose values may be chosen
   * @param after how many columns come after this one in the record that is hashed
   */
  EqualSums(List<Row> rows, int after) {
    this.rows = rows;
    this.weight = BigInteger.valueOf(31).pow(after).longValue();
    for (int value = 0; value < CANDIDATES; value++) {
      innerFirst[value] = weight * hash(value, 1);
      innerSecond[value] = weight * hash(value, 2);
    }
  }

  /** A value for each row, or empty if there is none among those tried. */
  Optional<int[]> find() {
    Choices all = choices(0, LEVELS);
    BigInteger wantedFirst = sum(row -> hash(1, rows.get(row).first));
    BigInteger wantedSecond = sum(row -> hash(2, rows.get(row).second));
    for (int i = 0; i < all.first.length; i++) {
      int[] values = new int[ROWS];
      read(all, i, values, 0);
      if (sum(row -> hash(rows.get(row), values[row], true)).equals(wantedFirst)
          && sum(row -> hash(rows.get(row), values[row], false)).equals(wantedSecond)) {
        return Optional.of(values);
      }
    }
    return Optional.empty();
  }

  private Choices choices(int from, int level) {
    if (level == 0) {
      return candidates(rows.get(from));
    }
    Choices left = choices(from, level - 1);
    return merged(left, choices(from + (1 << (level - 1)), level - 1), level - 1);
  }

  private Choices candidates(Row row) {
    long[] first = new long[CANDIDATES];
    long[] second = new long[CANDIDATES];
    for (int value = 0; value < CANDIDATES; value++) {
      first[value] = hash(row, value, true) - hash(1, row.first);
      second[value] = hash(row, value, false) - hash(2, row.second);
    }
    return new Choices(first, second, null, null, null);
  }

  /** The pairs whose sum is 0 in that word; in the lower ones both are 0 already. */
  private static Choices merged(Choices left, Choices right, int word) {
    int[] begin = new int[CANDIDATES + 1];
    for (int i = 0; i < right.first.length; i++) {
      begin[word(right, i, word) + 1]++;
    }
    for (int key = 0; key < CANDIDATES; key++) {
      begin[key + 1] += begin[key];
    }
    int[] next = begin.clone();
    int[] byWord = new int[right.first.length];
    for (int i = 0; i < right.first.length; i++) {
      byWord[next[word(right, i, word)]++] = i;
    }
    int[] ofLeft = new int[CANDIDATES];
    int[] ofRight = new int[CANDIDATES];
    int size = 0;
    for (int i = 0; i < left.first.length; i++) {
      int wanted = -word(left, i, word) & 0xffff;
      for (int at = begin[wanted]; at < begin[wanted + 1] && size < CANDIDATES; at++) {
        ofLeft[size] = i;
        ofRight[size++] = byWord[at];
      }
    }
    long[] first = new long[size];
    long[] second = new long[size];
    for (int i = 0; i < size; i++) {
      first[i] = left.first[ofLeft[i]] + right.first[ofRight[i]];
      second[i] = left.second[ofLeft[i]] + right.second[ofRight[i]];
    }
    return new Choices(
        first, second, ofLeft, ofRight, new Pair(withoutSums(left), withoutSums(right)));
  }

  private static Choices withoutSums(Choices choices) {
    return new Choices(null, null, choices.left, choices.right, choices.of);
  }

  private static int word(Choices choices, int i, int word) {
    long sum = word < 4 ? choices.first[i] : choices.second[i];
    return (int) (sum >>> 16 * (word % 4)) & 0xffff;
  }

  private static int read(Choices choices, int i, int[] values, int from) {
    if (choices.of == null) {
      values[from] = i;
      return from + 1;
    }
    int middle = read(choices.of.left, choices.left[i], values, from);
    return read(choices.of.right, choices.right[i], values, middle);
  }

  /** As PostgreSQL adds: beyond 64 bits. */
  private static BigInteger sum(IntToLongFunction hashOfRow) {
    return IntStream.range(0, ROWS)
        .mapToLong(hashOfRow)
        .mapToObj(BigInteger::valueOf)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private long hash(Row row, int value, boolean first) {
    int seed = first ? 1 : 2;
    long inner = first ? row.first : row.second;
    long[] added = first ? innerFirst : innerSecond;
    return hash(seed, inner - weight * hash(row.value, seed) + added[value]);
  }

  /** PostgreSQL's {@code hashint4extended}. */
  static long hash(int value, long seed) {
    int a = 0x9e3779b9 + Integer.BYTES + 3923095;
    int b = a;
    int c = a;
    if (seed != 0) {
      a += (int) (seed >>> 32);
      b += (int) seed;
      a = (a - c) ^ Integer.rotateLeft(c, 4);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 6);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 8);
      b += a;
      a = (a - c) ^ Integer.rotateLeft(c, 16);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 19);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    a += value;
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    c = (c ^ b) - Integer.rotateLeft(b, 24);
    return ((long) b << 32) | Integer.toUnsignedLong(c);
  }
}
