/*
 * push_property.h - what may be in a PushSubscription (RFC 8620 7.2)
 */
#pragma once

#include "jmap/set.h"

/* Those at fault are in *o then. Whether a code is the one that was sent, and a date not
 * in the past, is for who knows. */
void push_check_new(json_t *object, struct set_outcome *o);
/* patched has every property of now; only what differs is looked at. */
void push_check_changes(json_t *now, json_t *patched, struct set_outcome *o);

/* A UTCDate, or null. */
bool push_is_date(const json_t *value);
