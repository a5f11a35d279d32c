package dev.archivist.demo;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** Makes log rows that read like those of a small cloud application. */
final class GeneratedMessages {
  private static final List<LogTemplate> COMMON =
      List.of(
          new LogTemplate("api-gateway", "<ip> \"GET <path> HTTP/2\" <status> <n> <ms>ms req=<id>"),
          new LogTemplate("api-gateway", "<ip> \"POST <path> HTTP/1.1\" <status> <n> <ms>ms"),
          new LogTemplate("api-gateway", "throttled key=<id> path=<path> limit=<n>/s"),
          new LogTemplate("lambda", "START RequestId: <id> Version: $LATEST"),
          new LogTemplate(
              "lambda", "REPORT RequestId: <id>\tDuration: <ms> ms\tMemory Size: 512 MB\t"),
          new LogTemplate("lambda", "{\"level\":\"info\",\"msg\":\"résumé saved\",\"ms\":<ms>}"),
          new LogTemplate("sqs-worker", "queue=<queue> received=<n> deleted=<n> took=<ms>ms"),
          new LogTemplate("sqs-worker", "message <id> of <queue> handled in <ms> ms"),
          new LogTemplate("sqs-worker", "retry 1/5 of <id>: connection reset by peer"),
          new LogTemplate("ecs-task", "exported <n> rows to <file>"),
          new LogTemplate("ecs-task", "pattern ^\\d+\\s*(\\w+)$ matched <n> lines of <file>"),
          new LogTemplate(
              "rds-postgres",
              "LOG:  duration: <ms> ms  execute <unnamed>: SELECT \"id\"\n\tFROM o"),
          new LogTemplate("rds-postgres", "checkpoint complete: wrote <n> buffers; sync=<ms> s"),
          new LogTemplate("auth-service", "login of <email> from <ip> accepted"),
          new LogTemplate("auth-service", "token refreshed for '<name>' <<email>>"),
          new LogTemplate("cdn", "HIT\t<path>\t<status>\t<n>\t<ms>"));
  private static final List<LogTemplate> RARE =
      List.of(
          new LogTemplate("lambda", "java.lang.IllegalStateException: order <id> is closed<trace>"),
          new LogTemplate(
              "sqs-worker", "ERROR mail to <email> not sent: 550 \\N no such box<trace>"),
          new LogTemplate("auth-service", "5 failed logins of \"<name>\" from <ip> — blocked ⛔"),
          new LogTemplate("ecs-task", ""));
  private static final LogTemplate HUGE =
      new LogTemplate("sqs-worker", "import of <n> lines for <name>:\r\n<body>");

  private final List<DemoScenario> scenarios;
  private final SplittableRandom random;
  private final StringBuilder text = new StringBuilder();

  GeneratedMessages(List<DemoScenario> scenarios, SplittableRandom random) {
    this.scenarios = scenarios;
    this.random = random;
  }

  LogRow next(Instant receivedAt) {
    LogTemplate template = choose();
    text.setLength(0);
    template.fill(text, random);
    String message = text.toString();
    MessageBytes bytes = MessageBytes.of(message);
    boolean withoutPreview = random.nextInt(50) == 0;
    // The smaller of two draws: some scenarios are much busier than others.
    int scenario = Math.min(random.nextInt(scenarios.size()), random.nextInt(scenarios.size()));
    return new LogRow(
        SeededUuids.next(random),
        scenarios.get(scenario).id(),
        receivedAt,
        bytes.sha256(),
        withoutPreview ? null : Preview.of(message),
        template.source(),
        bytes.size(),
        template.personal(),
        LogRow.tokenCount(message.length()),
        LogRow.sqsBlocks(bytes.size()));
  }

  private LogTemplate choose() {
    int draw = random.nextInt(2000);
    if (draw == 0) {
      return HUGE;
    }
    List<LogTemplate> from = draw < 60 ? RARE : COMMON;
    return from.get(random.nextInt(from.size()));
  }
}
