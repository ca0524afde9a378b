/*
 * test_zone.h - a small DNS for the tests of restartable functions
 */
#pragma once

#include "base/dns_answer.h"

struct zone_record {
	const char *name;
	enum dns_type type;
	const char *data; /* A, AAAA: an address; others: text; NULL: trouble */
};

/* A zone ends with a record without name. Adds its answer to a question. */
void zone_answer(const struct zone_record *zone, struct dns_question q,
		 struct dns_answers *known);
