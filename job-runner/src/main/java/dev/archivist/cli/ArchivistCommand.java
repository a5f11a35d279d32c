package dev.archivist.cli;

import dev.archivist.config.Settings;
import dev.archivist.engine.error.ArchiveError;
import dev.archivist.failure.ArchiveFailure;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "archivist",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Scheduled, database-native archiving for PostgreSQL.",
    subcommands = {
      DemoCommand.class,
      MigrateCommand.class,
      PlanCommand.class,
      RunCommand.class,
      RestoreCommand.class,
      StatusCommand.class,
      VerifyCommand.class,
      PurgeCommand.class,
      BinCommand.class,
      StoreCommand.class,
      ReconcileCommand.class,
      S3LifecycleCommand.class,
      HoldCommand.class,
      TrustCommand.class,
      AuditCommand.class,
      ScheduleCommand.class,
      DoctorCommand.class,
      ConfigCommand.class,
      DbCommand.class,
      SqlCommand.class,
      BenchCommand.class,
      UninstallCommand.class,
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the work failed, and archive_jobs says why; or verify, reconcile or s3-lifecycle found a difference; or the output could not be written",
      "2:wrong usage",
      "3:the configuration or the environment is at fault",
      "4:another run holds the policy",
      "129, 130, 143:told to stop by SIGHUP, Ctrl-C or SIGTERM, after the job was closed",
    },
    footerHeading = "%nFirst steps:%n",
    footer = {
      "  archivist demo      three believable years, archived before your eyes",
      "  archivist doctor    what is missing, and what to do about it",
      "  archivist config    every setting and where its value came from",
    })
public final class ArchivistCommand implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = {"-v", "--verbose"},
      scope = CommandLine.ScopeType.INHERIT,
      description = "say more, and give the cause of failures")
  boolean verbose;

  private final Settings settings;

  private ArchivistCommand(Settings settings) {
    this.settings = settings;
  }

  /** Runs one command line and returns its exit code. */
  public static int execute(
      Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
    return commandLine(environment).setOut(out).setErr(err).execute(args);
  }

  static CommandLine commandLine(Map<String, String> environment) {
    ArchivistCommand root = new ArchivistCommand(Settings.of(environment));
    return new CommandLine(root, factory(root))
        .registerConverter(int.class, new WholeNumber())
        .setExecutionExceptionHandler(failures())
        .setParameterExceptionHandler(WrongUsage::report)
        .setExecutionStrategy(
            parsed -> {
              Logging.configure(root.verbose);
              root.settings
                  .unheeded()
                  .ifPresent(
                      note -> parsed.commandSpec().commandLine().getErr().println("NOTE: " + note));
              return new CommandLine.RunLast().execute(parsed);
            });
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  private static IFactory factory(ArchivistCommand root) {
    IFactory standard = CommandLine.defaultFactory();
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        K made = standard.create(type);
        if (made instanceof ConfiguredCommand command) {
          command.configure(root.settings);
        }
        return made;
      }
    };
  }

  private static IExecutionExceptionHandler failures() {
    return (exception, commandLine, parsed) -> {
      ArchivistCommand root = (ArchivistCommand) topmost(commandLine).getCommand();
      if (exception instanceof ArchiveFailure failure) {
        Failures.print(commandLine.getErr(), failure, root.verbose);
        if (failure.error() == ArchiveError.SCHEMA_NOT_MIGRATED
            && root.settings.databaseUrl().isEmpty()) {
          commandLine
              .getErr()
              .println(
                  "HINT: DATABASE_URL is not set, so this is the embedded database in "
                      + root.settings.home()
                      + ".");
        }
        return failure.error().exitCode();
      }
      throw exception;
    };
  }

  private static CommandLine topmost(CommandLine commandLine) {
    CommandLine current = commandLine;
    while (current.getParent() != null) {
      current = current.getParent();
    }
    return current;
  }
}
