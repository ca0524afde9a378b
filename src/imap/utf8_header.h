/*
 * utf8_header.h - whether a header is more than its reader has asked for (RFC 6855 4)
 *
 * RFC 6855 4 has every 8-bit header field of an APPEND refused while UTF8=ACCEPT is not
 * enabled. We refuse what the rule is for, internationalized mail (RFC 6532): an address
 * in UTF-8, which such a client could neither show nor answer. Raw 8-bit subjects and
 * names are found all over old mail. Who uploads an archive (mbsync, imapsync) does not
 * enable anything, takes a NO as final and leaves the message behind; RFC 3501 6.3.11 and
 * RFC 9051 6.3.12 permit 8-bit characters, other servers take them, and so do we: mail
 * is not lost over the look of its subject. But who says that a message is of the new
 * kind, by sending it as UTF8 data, is held to the rule.
 */
#pragma once

#include "message/mime.h"

/* is_said: by the client. */
bool needs_utf8(const struct mime_part *root, bool is_said);
