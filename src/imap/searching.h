/*
 * searching.h - the search in SEARCH, SORT and THREAD
 *
 * Its runs are JOB_READS, which are never made twice, so it keeps its place.
 */
#pragma once

#include "imap/search_keys.h"
#include "imap/task.h"

struct searching {
	struct search_keys keys;
	bool is_resolved; /* keywords have their bits */
	bool is_done;
	uint32_t next;   /* the UID where it goes on */
	bool is_limited; /* to some of the view's messages: */
	struct interval_set among;
	struct interval_set found; /* by UID */
	struct search_facts facts; /* of those */
};

struct imap;
/* Where SEARCH tells its charset: nowhere, once UTF8=ACCEPT is enabled (RFC 6855 3). */
enum charset_place searching_charset(const struct imap *s);
/* The criteria, with the charset as told. In any case searching_done. */
bool take_searching(struct task *t, slice *in, enum charset_place place,
		    struct searching *ret);
void searching_done(struct searching *s);
/* Whether RELEVANCY is asked for, where that may be (RFC 6203 4, 6): then there will be
 * scores. */
bool searching_wants_scores(struct searching *s, bool wants);
/* On the loop: submits the task, or answers that the charset is unknown. No more messages
 * than the limit are looked at, not counting those that a set leaves out (RFC 9738 3.1);
 * with more it is a part of them, or refused. */
void searching_start(struct task *t, struct searching *s, bool may_be_part);
/* In the job: one slice, among the messages of the view. */
enum err searching_run(struct account *a, const struct view *v, struct searching *s);
/* The highest modseq of those that are returned (RFC 4731 3.2). told: by UID. */
struct search_return;
enum err searching_modseq(struct account *a, const struct view *v,
			  const struct searching *s, const struct search_return *ret,
			  const struct interval_set *told, uint64_t *ret_modseq);
/* How many messages have been looked at, of how many. */
void searching_progress(const struct searching *s, const struct view *v,
			uint32_t *ret_done, uint32_t *ret_goal);
/* "BADCHARSET (US-ASCII UTF-8 ...)". */
void bad_charset_write(struct buf *out);
