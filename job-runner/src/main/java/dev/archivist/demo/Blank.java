package dev.archivist.demo;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What varies in a log line. */
enum Blank {
  IP {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      // The three nets that are reserved for documentation: nobody's address.
      out.append(pick(List.of("192.0.2.", "198.51.100.", "203.0.113."), random));
      out.append(random.nextInt(1, 255));
    }
  },
  EMAIL {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(pick(List.of("ada", "grace", "o'neill", "zoë", "иван", "li.wei"), random));
      out.append(random.nextInt(1000)).append("@example.org");
    }
  },
  NAME {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(pick(NAMES, random));
    }
  },
  PATH {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(pick(PATHS, random)).append(random.nextInt(100_000));
    }
  },
  FILE {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append("C:\\exports\\").append(random.nextInt(2023, 2027)).append("\\new\\table_");
      out.append(random.nextInt(1000)).append(".csv");
    }
  },
  STATUS {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(pick(List.of("200", "200", "200", "201", "204", "304", "404", "429"), random));
    }
  },
  MS {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      int hundredths = (int) Math.exp(2 + 9 * random.nextDouble());
      out.append(hundredths / 100).append('.').append(hundredths % 100 / 10);
      out.append(hundredths % 10);
    }
  },
  N {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(random.nextInt(1, 5000));
    }
  },
  ID {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(SeededUuids.next(random));
    }
  },
  QUEUE {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      out.append(pick(List.of("orders", "invoices", "mails", "größere-aufträge"), random));
    }
  },
  TRACE {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      int frames = random.nextInt(2, 30);
      for (int i = 0; i < frames; i++) {
        out.append("\n\tat com.example.").append(pick(PACKAGES, random)).append(".step");
        out.append(i).append("(Step.java:").append(random.nextInt(10, 900)).append(')');
      }
    }
  },
  BODY {
    @Override
    void fill(StringBuilder out, SplittableRandom random) {
      int lines = random.nextInt(900, 2600);
      for (int i = 0; i < lines; i++) {
        out.append("{\"line\":").append(i).append(",\"sku\":\"").append(random.nextInt(1_000_000));
        out.append("\",\"text\":\"Gerät \\u2013 ").append(i % 97).append("\"}\r\n");
      }
    }
  };

  private static final List<String> NAMES =
      List.of(
          "Zoë \"Z\" O'Neill",
          "José Álvarez",
          "Иван Петров",
          "王小明",
          "Łukasz Żak",
          "مريم",
          "Anna-Lena Größe 🚀");
  private static final List<String> PATHS =
      List.of(
          "/v1/orders/", "/v1/orders?page=", "/v2/customers/", "/health?probe=", "/søk?q=%C3%B8");
  private static final List<String> PACKAGES = List.of("orders.Pipeline", "mail.Sender", "db.Pool");

  /** Every blank by the word that stands for it in a template. */
  static final Map<String, Blank> BY_WORD =
      Arrays.stream(values())
          .collect(
              Collectors.toUnmodifiableMap(
                  blank -> blank.name().toLowerCase(Locale.ROOT), Function.identity()));

  abstract void fill(StringBuilder out, SplittableRandom random);

  boolean personal() {
    return this == IP || this == EMAIL || this == NAME;
  }

  private static String pick(List<String> choices, SplittableRandom random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
