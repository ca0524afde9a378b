/*
 * metadata_use.h - the special use of a mailbox as its annotation (RFC 6154 4)
 *
 * The entry is tied to the mailbox's use: it is read from there (metadata_reply.h) and
 * set there, with the checks of CREATE.
 */
#pragma once

#include "store/metadata.h"

struct task;

#define METADATA_USE S("/private/specialuse")

/*
 * In a job of SETMETADATA: the mailbox gets the use of that name, none when value is
 * empty. Another mailbox that has it loses it, and the client is told (RFC 6154 5.4).
 * ERR_DENIED, complained of, for what no mailbox can be; in another's account always.
 */
enum err metadata_use_set(struct task *t, struct account *a, struct metadata_place place,
			  slice value);
