package dev.archivist.report;

import java.nio.file.Path;

/** Where the path of a report leads to. Only what is known to lead nowhere needs no file. */
public sealed interface Whereabouts {

  /**
   * To this place, whether or not anything is there.
   *
   * @param place free of symbolic links
   * @param linked whether a symbolic link leads there from another name
   */
  record At(Path place, boolean linked) implements Whereabouts {}

  /** To nothing: a directory on its way is not there. */
  record Nowhere() implements Whereabouts {}

  /**
   * Nobody can tell; it may lead to any file.
   *
   * @param why a sentence's end
   */
  record Unknown(String why) implements Whereabouts {}
}
