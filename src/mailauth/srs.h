/*
 * srs.h - the Sender Rewriting Scheme: forwarded mail that passes SPF, bounces that come
 * home
 *
 * A forwarder sends with an address of its own that holds the sender's:
 *
 *     SRS0=hash=tt=sender.example=joe         of joe@sender.example
 *     SRS1=hash=first.example==hash=tt=...    of an SRS0 address at first.example
 *
 * so that a chain of forwarders never grows the address further. The hash is an
 * HMAC-SHA-256 over the rest in lower case, cut to SRS_HASH_OCTETS characters: only what
 * a holder of a key has written is taken back, so nobody can relay through the scheme.
 * The time stamp (days, modulo 1024) makes an SRS0 address good for SRS_DAYS_MAX days.
 * Case is ignored, for some mail systems change it. There is no RFC; the layout is that
 * of the paper of 2004 and of every implementation, so the SRS0 of others is understood.
 */
#pragma once

#include "base/buf.h"

enum {
	SRS_HASH_OCTETS = 6, /* characters of base32, 30 bits */
	SRS_DAYS_MAX = 21,
	SRS_LOCAL_MAX = 160, /* octets of a rewritten local part: beyond the 64 of RFC
				5321 4.5.3.1.1, as is usual, but within a path */
};

/* The first signs, all are tried on the way back, so that keys can be replaced. */
struct srs_keys {
	const slice *keys;
	uint32_t count;
};

enum srs_outcome {
	SRS_NONE,   /* not an SRS address */
	SRS_OK,     /* the address to go on to was added */
	SRS_FORGED, /* the hash is wrong, or what it is over */
	SRS_OLD,
};

/* Appends the local part with which local@domain is sent on; now is in UNIX seconds.
 * False when it would be too long, or the domain is empty. Whether there is anything to
 * rewrite (not for <>, nor for our own domains) is the caller's to know. */
bool srs_forward(const struct srs_keys *keys, slice local, slice domain, int64_t now,
		 struct buf *out);

/* Takes apart a local part of ours. On SRS_OK the address is added to out_local and
 * out_domain; of an SRS1 address that is the SRS0 address at the first forwarder. */
enum srs_outcome srs_reverse(const struct srs_keys *keys, slice local, int64_t now,
			     struct buf *out_local, struct buf *out_domain);
