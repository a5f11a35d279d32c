package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Values that are none, for every option and parameter that is more than text; and every help. */
class BadValuesTest {
  private static final Set<Class<?>> TEXT = Set.of(String.class, Path.class);
  private static final int WIDTH = 80;

  @TempDir Path home;

  private static List<CommandLine> commands() {
    List<CommandLine> found = new ArrayList<>(List.of(ArchivistCommand.commandLine(Map.of())));
    for (int i = 0; i < found.size(); i++) {
      found.get(i).getSubcommands().values().stream()
          .filter(each -> !each.getCommandName().equals("help"))
          .forEach(found::add);
    }
    return found;
  }

  private static List<String> path(CommandLine command) {
    String words = command.getCommandSpec().qualifiedName(" ").replaceFirst("^archivist ?", "");
    return new ArrayList<>(words.isEmpty() ? List.of() : List.of(words.split(" ")));
  }

  static List<List<String>> arguments() {
    List<List<String>> all = new ArrayList<>();
    for (CommandLine command : commands()) {
      for (ArgSpec arg : command.getCommandSpec().args()) {
        Class<?> type = arg.auxiliaryTypes()[0];
        if (!TEXT.contains(type) && type != boolean.class && !arg.inherited()) {
          List<String> words = path(command);
          words.add(arg instanceof OptionSpec option ? option.longestName() + "=9x9" : "9x9");
          all.add(words);
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(15);
    return all;
  }

  @ParameterizedTest
  @MethodSource("arguments")
  void saysWhatAValueShouldBe(List<String> words) {
    Archivist.Result result = Archivist.in(home).run(words.toArray(String[]::new));

    BadInputTest.assertRefused(result, 2, "9x9", "--help for help");
    assertThat(result.err().lines().findFirst().orElseThrow())
        .containsPattern(" is no| but was")
        .doesNotContain("java.", "Exception", "convert", " int", "_");
  }

  @Test
  void saysEachCommandInAWholeSentenceThatFitsALine() {
    for (CommandLine command : commands()) {
      if (command.getParent() != null) {
        assertThat(command.getCommandSpec().usageMessage().header())
            .as(command.getCommandSpec().qualifiedName())
            .singleElement()
            .asString()
            .matches("[A-Z][^.]*\\.( Exit.*\\.)?")
            .hasSizeLessThan(WIDTH + 5);
      }
      assertThat(command.getUsageMessage().lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(WIDTH));
    }
  }
}
