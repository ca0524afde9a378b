/*
 * lexer.h - the words of IMAP commands (RFC 9051 9, RFC 3501 9)
 *
 * A command is parsed when all of it has come, from one piece of text in which
 * its literals stand where they were sent: "{5}\r\nhello". All functions work
 * as the take_* of base/slice.h do. What they return points into the text or,
 * where escapes had to be undone, into the arena. None recurses.
 */
#pragma once

#include "base/arena.h"
#include "base/date.h"

/* What announces a literal, at the end of a line. */
struct literal {
	uint64_t size;  /* octets */
	bool no_wait;   /* {n+}: the client does not wait for us (RFC 7888) */
	bool is_binary; /* ~{n}: may hold NUL (RFC 9051 4.3.1) */
};

/* The announcement that ends line (without its CRLF), if one does; *ret_at is where it
 * begins. A number beyond 64 bits is taken as UINT64_MAX. */
bool find_literal(slice line, struct literal *ret, size_t *ret_at);

bool is_atom_char(char c);
bool is_astring_char(char c);

bool take_space(slice *in);
bool take_tag(slice *in, slice *ret);
bool take_atom(slice *in, slice *ret);
/* An atom that is exactly this word, any case. */
bool take_keyword(slice *in, slice word);
/* Quoted string or literal, without NUL. */
bool take_string(slice *in, struct arena *arena, slice *ret);
bool take_astring(slice *in, struct arena *arena, slice *ret);
/* literal8: "~{5}", with any octets (RFC 9051 9). */
bool take_literal8(slice *in, slice *ret);
/* *ret_present is false for NIL. */
bool take_nstring(slice *in, struct arena *arena, slice *ret, bool *ret_present);
/* A mailbox name with the wildcards * and % (RFC 9051 6.3.9). */
bool take_list_mailbox(slice *in, struct arena *arena, slice *ret);

/* mod-sequence-valzer: 63 bits (RFC 7162 7). */
bool take_modseq(slice *in, uint64_t *ret);

/* date-time with its quotes: "17-Jul-1996 02:44:25 -0700". */
bool take_date_time(slice *in, struct date *ret);
/* 1-Feb-1994, with or without quotes, as days since 1970-01-01. */
bool take_date(slice *in, int64_t *ret_day);
