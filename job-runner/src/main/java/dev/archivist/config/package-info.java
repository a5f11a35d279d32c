/**
 * Settings from the environment, each with its meaning, its value and where that came from. Start
 * with {@link dev.archivist.config.Settings}; {@link dev.archivist.config.Setting} lists them,
 * {@code docs/settings.md} explains them to users. Values of secrets are never shown.
 */
package dev.archivist.config;
