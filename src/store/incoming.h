/*
 * incoming.h - a message on its way in
 *
 * Gathers octets as they come: in memory up to INCOMING_MEMORY_MAX, then in an
 * unlinked file of the spool. incoming_finish, on a worker, hashes, parses and
 * compresses once, for any number of recipients; afterwards the message is
 * immutable and may be appended to several accounts from several threads.
 */
#pragma once

#include "base/slice.h"
#include "message/summary.h"
#include "store/store.h"

enum {
	INCOMING_MEMORY_MAX = 64 * 1024,
	INCOMING_CUTS_MAX = 10000,
	MESSAGE_HASH_SIZE = 32,
};

struct incoming;

struct incoming *incoming_new(struct store *s);
struct incoming *incoming_new_like(const struct incoming *m); /* for the same store */
void incoming_free(struct incoming *m);
/* ERR_LATER when the spool's disk fails: the message is to be refused for now. */
enum err incoming_add(struct incoming *m, slice bytes);
/* Adds octets [offset, offset + n) of another one, which has them. */
enum err incoming_add_from(struct incoming *m, const struct incoming *from,
			   uint64_t offset, uint64_t n);
uint64_t incoming_size(const struct incoming *m);
/* Octets of what came so far; false at a read error. */
bool incoming_read(const struct incoming *m, uint64_t offset, char *into, size_t n);
/* Octets [start, end) are to go: forged or private header fields. They go at
 * incoming_finish; offsets before it are those of the octets as added. ERR_LIMIT past
 * INCOMING_CUTS_MAX. */
enum err incoming_cut(struct incoming *m, uint64_t start, uint64_t end);

/* Whether that octet is to go. */
bool incoming_is_cut(const struct incoming *m, uint64_t offset);

enum err incoming_finish(struct incoming *m);
/* The same of octets that may be anything (upload.h): they are not parsed, and have
 * neither summary nor mime. */
enum err incoming_finish_octets(struct incoming *m);
bool incoming_is_finished(const struct incoming *m);              /* it was, and well */
const struct summary *incoming_summary(const struct incoming *m); /* after finish */
const struct mime *incoming_mime(const struct incoming *m);       /* after finish */
/* Octets that would be added if every line, the last one too, ended with CRLF. */
uint64_t incoming_crlf_growth(const struct incoming *m); /* after finish */
/* SHA-256 of the octets, MESSAGE_HASH_SIZE of them. */
slice incoming_hash(const struct incoming *m);
