/*
 * tag_list.h - `v=DKIM1; k=rsa; p=...`: the tag lists of mail authentication
 *
 * The syntax of RFC 6376 3.2, which DKIM signatures and keys, ARC, DMARC,
 * MTA-STS and TLS-RPT records share. Names and values keep their case and are
 * slices of the text; folding white space is taken away around them and stays
 * inside a value. Octets above 127 pass in values (RFC 8616 3).
 *
 * Nothing is allocated: a list has at most TAGS_MAX tags, a longer one is
 * refused.
 */
#pragma once

#include "base/slice.h"

enum { TAGS_MAX = 32 };

struct tag {
	slice name, value;
};

struct tag_list {
	struct tag tags[TAGS_MAX]; /* as written, in order */
	uint32_t count;
};

/* One tag and the ";" behind it. False, with nothing taken, when what is before the next
 * ";" is no tag; a lenient reader skips to there and goes on. */
bool tag_list_take(slice *in, struct tag *ret);

/* A whole list, at least one tag, with or without a ";" at its end. False, and *ret
 * unchanged, for anything else, also for a name that occurs twice: such a list says
 * nothing (RFC 6376 3.2). */
bool tag_list_parse(slice text, struct tag_list *ret);

/* The value, or an empty slice with p == NULL when there is no such tag; a tag without
 * a value has a p. The name's case matters. */
slice tag_list_find(const struct tag_list *list, slice name);

/* Colon-separated values, as h=, q= and s= have them: takes the first, trimmed, and the
 * ":" behind it. False at the end; an empty value is taken as one. */
bool take_tag_item(slice *in, slice *ret);
/* Whether one of them is item, ASCII case ignored. */
bool tag_has_item(slice value, slice item);
