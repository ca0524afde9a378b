/*
 * content.h - the octets of a message in a session: DATA and BDAT, for the files of the
 *             engine only
 */
#pragma once

#include "smtp/session.h"

/* ---- content.c ---- */

/* NULL: the host is ready for content. */
const struct smtp_reply *smtp_begin_content(struct smtp_server *s, bool is_verbatim);
void smtp_take_content(struct smtp_server *s, slice *in);
/* Gives the host what is content in *in, unless the message is refused. */
void smtp_pass_content(struct smtp_server *s, slice *in);
/* Why the message cannot be taken, or NULL. */
const struct smtp_reply *smtp_content_refusal(const struct smtp_server *s);
/* The last chunk of BDAT was all there. */
void smtp_end_chunks(struct smtp_server *s);
/* All of it is there: refuses it or asks the host. */
void smtp_end_content(struct smtp_server *s);
/* The final replies: one, or with LMTP one for each recipient. */
void smtp_content_answered(struct smtp_server *s, const struct smtp_reply *replies,
			   uint32_t count);
/* The final reply has left, or is taken to have. */
void smtp_content_left(struct smtp_server *s);

/* ---- chunks.c ---- */

void smtp_take_chunk(struct smtp_server *s, slice *in);
