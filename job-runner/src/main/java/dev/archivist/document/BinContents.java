package dev.archivist.document;

import java.util.List;

/**
 * What is in the bin.
 *
 * @param months months of archives, also those on their way there
 * @param objects objects of reports
 */
public record BinContents(List<BinMonth> months, List<BinObjects> objects) {
  public BinContents {
    months = List.copyOf(months);
    objects = List.copyOf(objects);
  }
}
