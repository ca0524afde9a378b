/*
 * selection.h - which of the queue a person means: by id, sender, recipient, domain
 *
 * Pure. A message is meant when its id is among those named (or none is named), and its
 * sender fits; of its recipients those are meant that fit. Letters of ASCII compare
 * without case. "@example.org" as a sender or recipient is everybody there.
 */
#pragma once

#include "queue/envelope.h"

struct queue_selection {
	const slice *ids; /* numbers of the queue, or the ids of Received and the log */
	uint32_t id_count;
	slice sender;    /* "<>" is the null reverse-path; empty: any */
	slice recipient; /* empty: any */
	slice domain;    /* of the recipient, or the destination; empty: any */
};

bool selection_has_message(const struct queue_selection *s,
			   const struct queue_message *m);
bool selection_has_recipient(const struct queue_selection *s,
			     const struct queue_recipient *r);
/* Whether all recipients of a message are meant that is. */
bool selection_is_whole(const struct queue_selection *s);
/* Whether one of the ids named is this message's. */
bool selection_names(slice id, const struct queue_message *m);
