/*
 * preview.h - the first words of a message (RFC 8970, RFC 8621 4.1.4)
 */
#pragma once

#include "base/buf.h"
#include "message/body_lists.h"
#include "message/summary.h"

/* Appends the text of the first text part to show, plain text before HTML: white space
 * made single spaces, invisible characters dropped, at most PREVIEW_MAX characters. */
void preview_write(const struct mime *m, const struct body_lists *lists,
		   message_reader *read, void *source, struct buf *out);
