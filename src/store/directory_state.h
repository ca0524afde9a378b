/*
 * directory_state.h - whether an account's file is the one it was
 *
 * The directory knows how far each file had come when it was last closed. One
 * that has not come so far was put back from a copy, and clients have seen
 * UIDs that it does not know: they may not be given again (RFC 9051 2.3.1.1).
 *
 * What is noted is written down in groups, the last when the store is closed;
 * a crash loses it, and then an older note stands.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct store;

struct account_state {
	int64_t id, incarnation, group_number, uid_validity;
};

/* From any thread. */
void account_state_note(struct store *s, const struct account_state *state);
/* ERR_NOT_FOUND: nothing is known of that account. */
enum err account_state_find(struct store *s, int64_t id, struct account_state *ret);
