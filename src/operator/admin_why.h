/*
 * admin_why.h - the story of a message, for admin_why.c and admin_why_print.c only
 */
#pragma once

#include <jansson.h>

#include "operator/admin.h"

/* One thing that happened. */
struct event {
	int64_t at_ms;
	slice text;         /* the record's JSON */
	const json_t *json; /* the same */
};

struct story {
	const struct event *events; /* in the order of time */
	uint32_t count;
	const int64_t *waiting; /* numbers in the queue that somebody still waits for */
	uint32_t waiting_count;
	bool is_cut; /* there was more than is told */
};

void story_print(const struct story *s, struct buf *out);
void story_print_json(const struct story *s, struct buf *out);
