/*
 * push.h - an account's push subscriptions, for who pushes (RFC 8620 7.2)
 *
 * They are documents of the account (store/document.h), and go with it.
 * PushSubscription/get and /set are methods as the others are; this is what is to be
 * known of the subscriptions besides, and what becomes of them: verification was sent, it
 * is over.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

struct account;

enum {
	PUSH_KEY_OCTETS = 65,    /* a point of P-256, uncompressed (RFC 8291 3.1) */
	PUSH_SECRET_OCTETS = 16, /* RFC 8291 3.2 */
};

struct jmap_push {
	int64_t id;         /* of the account's */
	int64_t credential; /* that it was made with, as in struct jmap_user */
	int64_t expires;    /* UNIX seconds */
	bool is_verified;
	bool was_asked; /* its verification code was delivered */
	slice url;
	slice key, secret; /* what is pushed is encrypted with; empty: it is not */
	slice code;
	slice signer; /* the push_key of struct jmap_user when it was made */
	slice types;  /* "Email,Mailbox", or "*": all */
	slice known;  /* the states at its verification (state_change.h) */
};

/* All there are, expired ones among them; the slices are valid during the call. */
typedef void jmap_push_visitor(void *context, const struct jmap_push *p);
enum err jmap_pushes_each(struct account *a, jmap_push_visitor *visit, void *context);

/* Writing; ERR_NOT_FOUND. */
enum err jmap_push_asked(struct account *a, int64_t id);
enum err jmap_push_remove(struct account *a, int64_t id);

/* What is sent at first (RFC 8620 7.2.2): appends the PushVerification object. */
void jmap_push_verification_write(int64_t account, const struct jmap_push *p,
				  struct buf *out);
