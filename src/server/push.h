/*
 * push.h - changes of accounts are told to URLs that their clients named (RFC 8620 7.2)
 *
 *   push.c               which accounts are looked at; beginning and end
 *   push_account.c       one with subscriptions: which there are, what is to be written
 *   push_subscription.c  when something is to be told to which, and what came of it
 *   push_post.c          one message on its way: resolving, encrypting, posting
 *   push_cipher.c        RFC 8291
 *   push_vapid.c         RFC 8292
 *   push_reach.c         where one may post to
 *
 * Subscriptions are the account's own (jmap/push.h) and outlive the server; how far each
 * was told is known here only. So after a start they are told what has changed since they
 * were verified as soon as the account is opened, once too often rather than not at all.
 *
 * All is bounded: subscriptions and messages of an account, how often and how long one is
 * tried, what is read of an answer. A sandbox pushes nothing.
 */
#pragma once

#include "server/server.h"

struct pushing;

/* Before the first job and the loops; NULL in a sandbox. */
struct pushing *pushing_new(struct server *s);
void pushing_free(struct pushing *p); /* once workers and loops have ended; or NULL */
/* By which its messages are signed (RFC 9749 3), in base64url. */
slice pushing_key(const struct pushing *p);

/* The account's subscriptions may be others now. Any thread. */
void pushing_heed(struct pushing *p, int64_t account);
/* As struct jmap_host's check_push, for a user's account. Any thread. */
enum err pushing_check(struct pushing *p, int64_t account, slice url, slice key);
