package dev.archivist.document;

import java.time.OffsetDateTime;

/**
 * A function of others that somebody vouches for.
 *
 * @param function with its schema and the types of its arguments
 * @param state trusted: by a superuser, for every role; trusted-by-role: for roles that the voucher
 *     may act as; changed: the function is another by now, and not trusted any more; gone: there is
 *     no such function; voucher-gone: there is no such role any more
 * @param trustedBy the role that vouches for it
 * @param trustedAt since when
 * @param reason why; null if nothing was said
 */
public record TrustedFunction(
    String function, String state, String trustedBy, OffsetDateTime trustedAt, String reason) {}
