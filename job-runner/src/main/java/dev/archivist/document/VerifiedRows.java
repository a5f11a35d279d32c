package dev.archivist.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * Ledger, journal and rows of one policy compared, as {@code archive.verify} gives it.
 *
 * @param policy the policy's name
 * @param ok whether they agree
 * @param rows archived rows
 * @param months the same by month, oldest first; of a policy with several tables by table, too;
 *     then those that wait in the bin
 */
public record VerifiedRows(String policy, boolean ok, long rows, List<Month> months) {
  public VerifiedRows {
    months = List.copyOf(months);
  }

  /** A month of the archive, or of one table of it. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION, defaultImpl = Agreeing.class)
  @JsonSubTypes({
    @JsonSubTypes.Type(Agreeing.class),
    @JsonSubTypes.Type(Differing.class),
    @JsonSubTypes.Type(Unreadable.class)
  })
  public sealed interface Month {
    /** The live table; null if the policy has only one. */
    String table();

    /** Id of the entry of the bin that has the month; null if the archive has it. */
    String bin();

    /** As 2024-02. */
    String month();

    boolean ok();

    long rows();
  }

  /**
   * A month whose rows are what ledger and journal say.
   *
   * @param table the live table; only of policies with several tables
   * @param bin id of the entry of the bin; only of months that wait there to be dropped
   * @param month as 2024-02
   * @param ok true
   * @param rows archived rows
   */
  public record Agreeing(
      @JsonInclude(JsonInclude.Include.NON_NULL) String table,
      @JsonInclude(JsonInclude.Include.NON_NULL) String bin,
      String month,
      boolean ok,
      long rows)
      implements Month {}

  /**
   * A month whose rows are not what ledger and journal say.
   *
   * @param table the live table; only of policies with several tables
   * @param bin id of the entry of the bin; only of months that wait there to be dropped
   * @param month as 2024-02; infinity for rows without a time
   * @param ok false
   * @param rows archived rows
   * @param ledger what the ledger says; null if nothing
   * @param journal what the journal of batches adds up to; null if there is none
   * @param data what the rows are; null if there are none
   * @param batches the batches that differ
   * @param columns columns that are not what they were when rows came; left out if all are
   * @param lost what the table had when rows came, and has no more: owner, partition key, unique
   *     indexes, constraints; left out if nothing
   * @param liveToo how many of its rows have the key and time of a live one; left out if none
   */
  public record Differing(
      @JsonInclude(JsonInclude.Include.NON_NULL) String table,
      @JsonInclude(JsonInclude.Include.NON_NULL) String bin,
      String month,
      boolean ok,
      long rows,
      Amount ledger,
      Journalled journal,
      Amount data,
      List<Batch> batches,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ChangedColumn> columns,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> lost,
      @JsonInclude(JsonInclude.Include.NON_NULL) Long liveToo)
      implements Month {
    public Differing {
      batches = List.copyOf(batches);
      columns = columns == null ? List.of() : List.copyOf(columns);
      lost = lost == null ? List.of() : List.copyOf(lost);
    }
  }

  /**
   * A month in the bin that could not be compared, because the role may not read it.
   *
   * @param table the live table; only of policies with several tables
   * @param bin id of the entry of the bin
   * @param month as 2024-02
   * @param ok false
   * @param rows 0, for none was read
   * @param error what the database says
   */
  public record Unreadable(
      @JsonInclude(JsonInclude.Include.NON_NULL) String table,
      String bin,
      String month,
      boolean ok,
      long rows,
      String error)
      implements Month {}

  /**
   * A column of the archive that is not what it was when rows came.
   *
   * @param number its place in the table, from 1
   * @param was its name and type then
   * @param is its name and type now; null if it is gone
   */
  public record ChangedColumn(int number, String was, String is) {}

  /**
   * Rows of a month.
   *
   * @param rows how many
   * @param bytes their bytes
   * @param sourceRows live rows that they were made of; more than rows after a roll-up
   * @param oldest the oldest's time, as PostgreSQL writes it in UTC; null if there is none
   * @param newest the newest's time, as PostgreSQL writes it in UTC; null if there is none
   * @param digest the sum of their content digests; null if there is none
   */
  public record Amount(
      long rows, long bytes, long sourceRows, String oldest, String newest, String digest) {}

  /**
   * What the journal of batches says of a month.
   *
   * @param rows how many rows
   * @param bytes their bytes
   * @param sourceRows live rows that they were made of
   * @param digest the sum of their content digests
   */
  public record Journalled(long rows, long bytes, long sourceRows, String digest) {}

  /**
   * A batch whose rows are not what the journal says.
   *
   * @param batch its id; null for rows without one
   * @param job the job that it was of; null if the journal does not know it
   * @param problem missing, unknown or different
   * @param journal what the journal says; null if nothing
   * @param data what the rows are; null if there are none
   */
  public record Batch(String batch, String job, String problem, Content journal, Content data) {}

  /**
   * Rows of a batch.
   *
   * @param rows how many
   * @param bytes their bytes
   * @param digest the sum of their content digests
   */
  public record Content(long rows, long bytes, String digest) {}
}
