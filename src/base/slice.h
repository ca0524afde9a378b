/*
 * slice.h - borrowed bytes: a pointer and a length, never NUL-terminated
 *
 * A slice owns nothing and lives as long as what it points into. All bytes
 * that came from a peer travel as slices. Comparison without case folds
 * ASCII only; text in other scripts is compared by message/text.h.
 *
 * The take_* functions parse at the front of *in: they advance *in and fill
 * their result, or return false and change nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct slice {
	const char *p;
	size_t n; /* octets */
} slice;

/* A slice of a string literal, and the same for a static initialiser. */
#define S(literal) ((slice){ "" literal, sizeof(literal) - 1 })
#define SLICE_INIT(literal)                                                              \
	{                                                                                \
		"" literal, sizeof(literal) - 1                                          \
	}

/* printf: "%.*s" takes FMT(s). Peer data in logs goes through log.h, which quotes. */
#define FMT(s) (int)(s).n, (s).p ? (s).p : ""

#define countof(array) (sizeof(array) / sizeof((array)[0]))

slice slice_of(const char *text); /* of a NUL-terminated string; NULL is empty */
bool slice_eq(slice a, slice b);
bool slice_eq_nocase(slice a, slice b);
int slice_cmp(slice a, slice b); /* bytewise: <0, 0, >0 */
bool slice_starts(slice s, slice prefix);
bool slice_starts_nocase(slice s, slice prefix);
bool slice_ends_nocase(slice s, slice suffix);

/* Index of the first c, or s.n where there is none. */
size_t slice_find_char(slice s, char c);
/* Index of the first occurrence of needle, or s.n; an empty needle is at 0. */
size_t slice_find(slice s, slice needle);
size_t slice_find_nocase(slice s, slice needle);

/* The first n octets. Both clamp: more than there is means all there is. */
static inline slice slice_head(slice s, size_t n)
{
	return (slice){ s.p, n < s.n ? n : s.n };
}

/* Without the first n octets. */
static inline slice slice_skip(slice s, size_t n)
{
	if (n > s.n) n = s.n;
	return n ? (slice){ s.p + n, s.n - n } : s;
}

/* ASCII's controls, DEL among them. */
bool has_controls(slice s);
/* ASCII from "!" to "~" only, at least one. */
bool is_visible(slice s);

slice slice_trim(slice s); /* without SP, HTAB, CR, LF at both ends */

bool take_char(slice *in, char c);
bool take_literal(slice *in, slice text);        /* exactly these octets */
bool take_literal_nocase(slice *in, slice text); /* ASCII case ignored */
/* The octets up to delimiter, which is taken too but not returned. */
bool take_until(slice *in, char delimiter, slice *ret);
/* The next of what delimiters part, the last without one behind it; false at the end. */
bool take_listed(slice *list, char delimiter, slice *ret);
/* The octets up to the first SP or the end (at least one); the SP stays. */
bool take_word(slice *in, slice *ret);
/* One line without its CRLF; false unless a whole CRLF-ended line is there. */
bool take_line(slice *in, slice *ret);
/* Decimal digits, at least one; false on overflow. Leading zeros pass. */
bool take_u32(slice *in, uint32_t *ret);
bool take_u64(slice *in, uint64_t *ret);

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char lower_ascii(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline char upper_ascii(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

int hex_value(char c); /* 0..15, or -1 */
