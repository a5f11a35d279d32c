package dev.archivist.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.archivist.testing.Archivist;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every command's help and every option's type, through the tree of commands. */
class UsageTest {
  private static final int SCREEN = 80;

  /** Any text is one of these. */
  private static final Set<Class<?>> ANYTHING =
      Set.of(boolean.class, Boolean.class, String.class, Path.class);

  @TempDir Path home;

  static Stream<CommandSpec> commands() {
    return withChildren(ArchivistCommand.commandLine(Map.of()).getCommandSpec());
  }

  private static Stream<CommandSpec> withChildren(CommandSpec command) {
    return Stream.concat(
        Stream.of(command),
        command.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .flatMap(UsageTest::withChildren));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpFitsAScreenAndSaysEverySentenceToItsEnd(CommandSpec command) {
    String help = command.commandLine().getUsageMessage(Ansi.OFF);

    assertThat(help.lines()).allMatch(line -> line.length() <= SCREEN);
    List<String> told = new ArrayList<>();
    told.addAll(List.of(command.usageMessage().header()));
    told.addAll(List.of(command.usageMessage().description()));
    command.args().stream()
        .filter(argument -> !argument.hidden())
        .forEach(argument -> told.addAll(List.of(argument.description())));
    command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .forEach(child -> told.addAll(List.of(child.usageMessage().header())));
    assertThat(told).isNotEmpty();
    for (String sentence : told) {
      assertThat(words(help)).contains(words(sentence.replaceFirst("\\(\\$\\{.*", "")));
    }
    assertThat(List.of(command.usageMessage().header()))
        .allMatch(header -> header.matches("[A-Z].*\\."));
  }

  /** Without the white space, which is where lines break. */
  private static String words(String text) {
    return text.replaceAll("%n|\\s+", "");
  }

  static Stream<ArgSpec> typed() {
    return commands()
        .flatMap(command -> command.args().stream())
        .filter(argument -> argument.auxiliaryTypes().length > 0)
        .filter(argument -> !ANYTHING.contains(argument.auxiliaryTypes()[0]));
  }

  @ParameterizedTest
  @MethodSource("typed")
  void nonsenseIsRefusedWithoutNamesOfJava(ArgSpec argument) {
    List<String> line = new ArrayList<>();
    line.addAll(List.of(argument.command().qualifiedName(" ").split(" ")));
    line.remove(0);
    line.add(argument instanceof OptionSpec option ? option.longestName() + "=?!" : "?!");

    Archivist.Result result = Archivist.in(home).run(line.toArray(String[]::new));

    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    String message = result.err().lines().findFirst().orElseThrow();
    assertThat(message)
        .startsWith("archivist: ")
        .contains("?!")
        .doesNotContainPattern(
            "java|dev\\.|Exception|convert|[a-z][A-Z]|UUID|\\bint\\b|\\bclass\\b");
  }
}
