/*
 * snippet_body.h - where a word is in the body of an email (RFC 8621 5)
 */
#pragma once

#include "jmap/snippet_text.h"
#include "store/account.h"

/* Appends the words and what is around them in the first text part that has one; nothing
 * where none has. ERR_NOT_FOUND when the email is gone. */
enum err snippet_of_body(struct account *a, int64_t email,
			 const struct snippet_words *words, struct buf *out);
