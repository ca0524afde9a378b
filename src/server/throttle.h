/*
 * throttle.h - how many messages and recipients one network, or one user, may bring
 *
 * Strangers are counted by network and in minutes, those who logged in by account and in
 * hours, wherever they are: a password that got known does not flood the world. Networks
 * that [limits] exempt names, and sandboxes, are not counted.
 */
#pragma once

#include "net/rates.h"
#include "server/session.h"

/* REFUSAL: what is kept of them, by trace_message.h; PUSH, PUSH_MADE: messages to push
 * subscriptions, and new ones, by push.h. */
enum throttled {
	THROTTLED_MESSAGE,
	THROTTLED_RECIPIENT,
	THROTTLED_REFUSAL,
	THROTTLED_PUSH,
	THROTTLED_PUSH_MADE,
};

/* Counts one more; false: too many for now (450 4.7.1). account: 0 for a stranger. */
bool throttle_admits(const struct session *s, int64_t account, enum throttled what);
