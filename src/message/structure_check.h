/*
 * structure_check.h - is it what FETCH may send? For the tests and fuzz targets alone
 *
 * A strict reader of ENVELOPE, BODY and BODYSTRUCTURE: lists of strings, numbers, NIL and
 * lists (RFC 9051 9). No atom, no NUL, no CR or LF in a quoted string. Aborts, saying
 * why, where something else is found.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"

#define REQUIRE(condition)                                                               \
	do {                                                                             \
		if (condition) break;                                                    \
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
		abort();                                                                 \
	} while (0)
static inline void skip_literal(slice *in)
{
	uint64_t n;

	REQUIRE(take_u64(in, &n) && take_literal(in, S("}\r\n")) && n <= in->n);
	REQUIRE(slice_find_char(slice_head(*in, n), '\0') == n);
	*in = slice_skip(*in, n);
}

static inline void skip_quoted(slice *in)
{
	while (!take_char(in, '"')) {
		if (take_char(in, '\\'))
			REQUIRE(in->n && (*in->p == '"' || *in->p == '\\'));
		REQUIRE(in->n && *in->p > 0 && *in->p != '\r' && *in->p != '\n');
		*in = slice_skip(*in, 1);
	}
}

static inline void skip_value(slice *in)
{
	uint64_t number;

	if (take_char(in, '"'))
		skip_quoted(in);
	else if (take_char(in, '{'))
		skip_literal(in);
	else
		REQUIRE(take_literal(in, S("NIL")) || take_u64(in, &number));
}

/* Lists follow one another without a space where they are bodies or addresses. */
static inline void check_one_list(slice in)
{
	uint64_t depth = 0;
	bool separated = true;

	do {
		if (take_char(&in, '(')) {
			depth++;
			separated = true;
			REQUIRE(in.n && *in.p != ')' && *in.p != ' ');
			continue;
		}
		if (take_char(&in, ')')) {
			depth--;
		} else {
			REQUIRE(separated && depth);
			skip_value(&in);
		}
		separated = take_char(&in, ' ');
		if (separated) REQUIRE(in.n && *in.p != ')' && *in.p != ' ');
		REQUIRE(separated || !depth || *in.p == ')' || *in.p == '(');
	} while (depth);
	REQUIRE(in.n == 0 && !separated);
}
