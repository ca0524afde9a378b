/*
 * flags.h - flags by name (RFC 9051 2.3.2)
 *
 * System flags have fixed bits; keywords have bits of the account, which only
 * the store can tell or make. So a command keeps names, and its job turns them
 * into bits.
 */
#pragma once

#include "base/arena.h"
#include "store/message.h"

enum {
	SYSTEM_FLAGS = 5,
	SYSTEM_FLAG_BITS = (1 << SYSTEM_FLAGS) - 1,
	KEYWORD_NAMES = 64,  /* bits */
	FLAG_LIST_MAX = 100, /* keywords of one command */
};

extern const slice system_flags[SYSTEM_FLAGS]; /* by bit: "\\Seen", ... */

struct flag_list {
	uint64_t system; /* FLAG_* bits */
	slice keywords[FLAG_LIST_MAX];
	uint32_t keyword_count;
};

/* flag-list with parentheses, or flags without them where bare is set (RFC 9051 9:
 * store-att-flags). \Recent and unknown \flags are no flags that a client can set. */
bool take_flag_list(slice *in, bool bare, struct flag_list *ret);

/* In a job: the bits of the list; make: keywords not yet there are made. ERR_LIMIT when
 * there are too many, ERR_MALFORMED for a name too long. */
enum err flag_list_bits(struct account *a, const struct flag_list *list, bool make,
			uint64_t *ret);

/* The keywords of an account by their bits. */
struct keyword_names {
	slice by_bit[KEYWORD_NAMES]; /* empty: there is no such keyword */
	uint64_t known;              /* bits that have a name */
	uint64_t signature;          /* another one where a bit has another name */
};
enum err keyword_names_load(struct account *a, struct arena *arena,
			    struct keyword_names *ret);

/* Appends the names of flags, SP between them; recent adds \Recent. */
bool flags_write(struct buf *out, uint64_t flags, bool recent,
		 const struct keyword_names *names);
