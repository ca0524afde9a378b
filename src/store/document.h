/*
 * document.h - small documents of an account: what a protocol keeps beside the mail
 *
 * A kind, an id that is never used again, octets that only the protocol reads. Each kind
 * has a state of its own (states.h says what that is).
 */
#pragma once

#include "base/arena.h"
#include "store/account.h"
#include "store/states.h"

enum document_kind {
	DOCUMENT_IDENTITY = 1,
	DOCUMENT_SUBMISSION,
	DOCUMENT_PUSH,
	DOCUMENT_VACATION,
	DOCUMENT_SIEVE,
};

enum {
	DOCUMENT_MAX = 1024 * 1024,               /* octets */
	DOCUMENTS_MAX = 10'000,                   /* of a kind */
	DOCUMENTS_OCTETS_MAX = 64 * DOCUMENT_MAX, /* of a kind */
};

/* A new one; ERR_LIMIT. */
enum err document_add(struct account *a, enum document_kind kind, slice value,
		      int64_t *ret_id);
/* ERR_NOT_FOUND, ERR_LIMIT. */
enum err document_set(struct account *a, enum document_kind kind, int64_t id,
		      slice value);
enum err document_remove(struct account *a, enum document_kind kind, int64_t id);

enum err document_get(struct account *a, enum document_kind kind, int64_t id,
		      struct arena *arena, slice *ret);
/* In the order of their ids; the slice is valid during the call. false ends. */
typedef bool document_visitor(void *context, int64_t id, slice value);
enum err document_each(struct account *a, enum document_kind kind,
		       document_visitor *visit, void *context);

enum err document_state(struct account *a, enum document_kind kind, uint64_t *ret);
/* As state_changes. */
enum err document_changes(struct account *a, enum document_kind kind, uint64_t since,
			  uint32_t max, struct state_changes *ret);
