/*
 * thread_choice.h - which thread an email comes into (RFC 8621 3)
 *
 * That of an email it refers to, or of one that refers to what it refers to, or to it:
 * mail comes in any order. Threads that were made apart are not joined later, for an
 * email's thread never changes.
 */
#pragma once

#include "store/email.h"

/* Finds candidates by an index; the text itself decides. */
int64_t thread_message_key(const struct account *a, slice message_id);

/* A new thread where there is none. created is the email's modseq; *ret_waits: nothing it
 * refers to is there, and thread_await is to be called. */
enum err thread_choose(struct account *a, const struct summary *s, uint64_t created,
		       struct thread *ret, bool *ret_waits);
/* What the email refers to will find it. */
enum err thread_await(struct account *a, int64_t email, const struct summary *s);
/* The email is gone. */
enum err thread_await_no_more(struct account *a, int64_t email);
