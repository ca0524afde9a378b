/*
 * seqset.h - sequence sets: "2,4:7,9,12:*" (RFC 9051 9)
 *
 * Read as it stands, then resolved against the session's view, for "*" and the
 * numbers mean nothing before. A set costs what its intervals cost, whatever
 * the numbers say; its length is bounded by the command's.
 */
#pragma once

#include "base/interval_set.h"

struct view;

struct seqset {
	struct interval_set ranges; /* those that do not name "*" */
	uint32_t open_from;         /* from here to "*", 0: "*" is not named */
	bool is_saved; /* "$": what SEARCH has saved, and nothing else (RFC 5182) */
};

/* On success the caller must seqset_done. "*" alone is UINT32_MAX:*. */
bool take_seqset(slice *in, struct seqset *ret);
void seqset_done(struct seqset *s);

/*
 * The UIDs of the view that the set means; ret must be empty. By sequence number
 * (by_uid false) one that is beyond the view is a fault: false (RFC 9051 9:
 * seq-number). By UID those that are not there are left out.
 */
bool seqset_resolve(const struct seqset *s, const struct view *v, bool by_uid,
		    struct interval_set *ret);

/* Leaves out numbers beyond so many messages. */
void seqset_clip(struct seqset *s, uint32_t exists);

/* The UIDs below uid_next that the set names, whether they are there or not. */
void seqset_asked(const struct seqset *s, uint32_t uid_next, struct interval_set *ret);

/* Writes "1:3,5"; the set must not be empty. */
bool uid_set_write(struct buf *out, const struct interval_set *uids);
/*
 * Appends VANISHED responses for the UIDs from *cursor on, (EARLIER) ones where set (RFC
 * 7162 3.2.10). Returns false, with *cursor behind what was told, when out is above mark
 * octets: call again when it has drained.
 */
bool vanished_write(const struct interval_set *uids, bool earlier, uint64_t *cursor,
		    struct buf *out, size_t mark);
