/*
 * part_fields.h - header fields of a part that may come more than once
 */
#pragma once

#include "message/address.h"
#include "message/mime.h"

struct address_list {
	const struct address *at;
	uint32_t count;
};

/* The addresses of all fields of that name as of one list (RFC 5322 4.5.3). The list lies
 * in the arena; it is empty when that is full. */
struct address_list part_addresses(const struct mime_part *part, slice name,
				   struct arena *arena);
