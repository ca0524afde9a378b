/*
 * view.h - what the client of a session knows of the mailbox it has selected
 *
 * Sequence numbers are ranks in `uids`. The view changes only when the client
 * is told: EXISTS adds UIDs, EXPUNGE removes one. What has vanished from the
 * store but may not yet be told stays in `uids` and is in `gone` besides
 * (RFC 9051 7.5.1). While a job runs the view is lent to it, to be read only.
 */
#pragma once

#include "base/interval_set.h"
#include "store/mailbox.h"

struct view {
	int64_t account; /* that holds it */
	int64_t mailbox;
	uint64_t flags; /* that may be changed, as the rights were when it was selected */
	bool read_only; /* EXAMINE, or a login that may change nothing */
	uint32_t uid_validity;
	uint32_t uid_next; /* UIDs from here on are arrivals, not yet told */
	uint64_t modseq;   /* changes up to here have been told, or are in gone */
	uint64_t settled;  /* the same, and of what is gone too */
	/* Of a mailbox of another's: changed annotations up to here are told, or came
	 * before (metadata_reply.h). */
	uint64_t metadata_told;
	uint64_t keywords;        /* signature of those the client was told of by FLAGS */
	struct interval_set uids; /* by sequence number */
	struct interval_set gone; /* a part of uids */
	/* A part of uids: \Recent in this session. IMAP4rev2 knows no such flag. */
	struct interval_set recent;
	bool knows_recent;
	/* What SEARCH has saved for "$" (RFC 5182). May still name what is no longer in
	 * uids. */
	struct interval_set saved;
	struct contexts *contexts; /* searches that are kept up to date; or NULL */
};

struct view *view_new(void);
void view_free(struct view *v);

/* 1-based; 0 for a UID the client has not been told of. */
uint32_t view_number(const struct view *v, uint32_t uid);

/* Adds the numbers of UIDs that are all in the view. */
void view_numbers(const struct view *v, const struct interval_set *uids,
		  struct interval_set *ret);

/* Appends EXPUNGE responses, or VANISHED (RFC 7162 3.2.10.2), for all that is gone and
 * forgets it. Returns false, with the rest still to tell, when out is above mark octets:
 * call again when it has drained. */
bool view_tell_gone(struct view *v, bool as_vanished, struct buf *out, size_t mark);
/* Adds arrivals (all above the UIDs that are there) and appends EXISTS and, where that is
 * known, RECENT. recent: those of them that are \Recent here. */
void view_tell_arrived(struct view *v, const struct interval_set *arrived,
		       const struct interval_set *recent, struct buf *out);
/* From now on \Recent is not known. */
void view_forget_recent(struct view *v);
