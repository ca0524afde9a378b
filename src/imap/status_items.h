/*
 * status_items.h - what STATUS, and LIST RETURN (STATUS), tell of a mailbox
 *
 * RFC 9051 6.3.11; RECENT: RFC 3501 6.3.10; SIZE: RFC 8438; DELETED-STORAGE: RFC 9208
 * 4.1.4; HIGHESTMODSEQ: RFC 7162 3.1.7; MAILBOXID: RFC 8474 4.3; APPENDLIMIT: RFC 7889 3.
 */
#pragma once

#include "imap/names.h"
#include "store/mailbox.h"

struct status_items {
	unsigned set;        /* bits */
	unsigned enables;    /* enum enabled that they imply */
	uint64_t append_max; /* set by the command: octets of one message */
};

/* "(" item *(SP item) ")" */
bool take_status_items(slice *in, struct status_items *ret);
/* Adds the item of this name, one of those that take_status_items takes. */
void status_items_add(struct status_items *items, slice name);
/* In a job: appends the STATUS response, or nothing for a mailbox that is not visible. */
enum err status_write(struct account *a, const struct status_items *items,
		      const struct names *names, const struct mailbox *m,
		      struct buf *out);
