/**
 * Executable models of what must survive crashes. A model is a small state machine with the steps
 * of the code, named as there; {@code Explorer} visits every state that steps, crashes and other
 * people's acts can lead to, in every order.
 */
package dev.archivist.model;
