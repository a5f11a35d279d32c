/** The program. {@link dev.archivist.Main} hands over to the command line. */
package dev.archivist;
