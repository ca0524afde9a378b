/*
 * reply.h - lines of reply, with enhanced status codes (RFC 5321 4.2, RFC 2034, 3463)
 *
 * Every reply carries an enhanced code but the greeting, those to HELO, EHLO and LHLO
 * (RFC 2034 4) and those that are no 2xx, 4xx or 5xx. A line has SMTP_REPLY_LINE_MAX
 * octets at most; text past that is cut off. Text is whatever the caller has, even of a
 * peer: an octet that may not stand in a line becomes "?".
 */
#pragma once

#include "base/buf.h"
#include "smtp/server.h"

/* A line. more: another one of the same reply follows. utf8: the peer has asked for
 * SMTPUTF8, so that text may hold it (RFC 6531 3.5). The code is one of 200 to 599. */
void smtp_reply_write(struct buf *out, const struct smtp_reply *r, bool more, bool utf8);
/* The same without enhanced code. */
void smtp_reply_plain(struct buf *out, int code, bool more, slice text);
/* Text as it may stand in a line: "?" for the octets that may not. utf8: valid UTF-8
 * may. */
void smtp_reply_add_text(struct buf *out, slice text, bool utf8);
