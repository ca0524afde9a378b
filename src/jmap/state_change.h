/*
 * state_change.h - what a client is told of changes: a StateChange object (RFC 8620 7.1)
 *
 * States are texts as jmap_states_write writes them: {"Email":"1","Mailbox":"2"}.
 */
#pragma once

#include "base/buf.h"

enum { JMAP_STATES_MAX = 4096 }; /* octets of such a text */

/* Appends what of fresh is not in known. types: "Email,Mailbox", and of others nothing is
 * appended; "*": all. False: there is nothing. */
bool states_difference(slice known, slice fresh, slice types, struct buf *out);
bool states_have_type(slice states, slice type);
/* Appends the object that tells of these states. */
void state_change_write(int64_t account, slice states, struct buf *out);
