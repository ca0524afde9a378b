/*
 * search_keys.h - the criteria of SEARCH as a tree (RFC 9051 6.4.4, RFC 3501 6.4.4)
 *
 * Made of the command on the loop; what only the account knows, the bits of
 * keywords, is filled in by the job. Nesting is bounded by SEARCH_DEPTH_MAX,
 * keys by SEARCH_NODES_MAX; the parser does not recurse.
 */
#pragma once

#include "base/arena.h"
#include "store/search.h"

struct view;
struct search_set;
struct search_keyword;

/* Where the charset of the texts is told. */
enum charset_place {
	CHARSET_NAMED, /* perhaps: "CHARSET" SP charset SP criteria (SEARCH) */
	CHARSET_NOT,   /* nowhere (SEARCH after ENABLE UTF8=ACCEPT: RFC 6855 3) */
	CHARSET_FIRST, /* charset SP criteria (SORT, THREAD) */
};

/* What a command's criteria refer to. */
struct search_scope {
	const struct view *view;
	int64_t now; /* UNIX seconds */
	enum charset_place charset;
	int64_t account;
	bool is_lenient; /* numbers beyond the view are no fault (RFC 7377 2) */
};

struct search_keys {
	const struct search_node *condition;
	bool bad_charset;        /* the texts could not be read, so are not in it */
	bool has_modseq;         /* MODSEQ is one of the keys */
	bool has_fuzzy;          /* as is FUZZY */
	bool has_numbers;        /* messages are named by sequence number */
	struct search_set *sets; /* owned */
	struct search_keyword *keywords; /* whose bits are still to be found */
};

/*
 * The charset, as the scope says, and search-key *(SP search-key). The nodes live in the
 * arena, and refer to the view's \Recent set. On failure too ret is to be given to
 * search_keys_done.
 */
bool take_search_keys(slice *in, const struct search_scope *scope, struct arena *arena,
		      struct search_keys *ret);
void search_keys_done(struct search_keys *k);

/* In the job: finds the bits of the keywords. */
enum err search_keys_resolve(struct search_keys *k, struct account *a);
