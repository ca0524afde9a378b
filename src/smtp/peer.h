/*
 * peer.h - what a server has announced in its reply to EHLO (RFC 5321 4.1.1.1)
 *
 * Each EHLO starts anew: nothing is remembered from before TLS (RFC 3207 4.2). A keyword
 * that is not known, or whose parameter is malformed, counts as not announced.
 */
#pragma once

#include "base/buf.h"

enum {
	PEER_PIPELINING = 1,
	PEER_8BITMIME = 2,
	PEER_CHUNKING = 4,
	PEER_SMTPUTF8 = 8,
	PEER_DSN = 16,
	PEER_STARTTLS = 32,
	PEER_REQUIRETLS = 64,
	PEER_MT_PRIORITY = 128,
	PEER_SIZE = 256,
	PEER_AUTH = 512,
	PEER_BINARYMIME = 1024,
	PEER_DELIVERBY = 2048,
	PEER_FUTURERELEASE = 4096,
};

struct smtp_peer {
	unsigned announced;                 /* PEER_* */
	uint64_t size_max;                  /* RFC 1870 4; 0: no limit is known */
	uint32_t mails_max, recipients_max; /* RFC 9422 4; 0: the same */
	struct buf mechanisms;              /* of AUTH, SP between them */
};

void smtp_peer_init(struct smtp_peer *p);
void smtp_peer_done(struct smtp_peer *p);
/* text: of the whole reply, LF between its lines; empty: HELO, nothing is announced. */
void smtp_peer_read(struct smtp_peer *p, slice text);
