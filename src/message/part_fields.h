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

/* In the order of an ENVELOPE (RFC 9051 7.5.2). */
enum address_field {
	ADDRESS_FROM,
	ADDRESS_SENDER,
	ADDRESS_REPLY_TO,
	ADDRESS_TO,
	ADDRESS_CC,
	ADDRESS_BCC,
	ADDRESS_FIELD_COUNT
};

struct part_address_lists {
	struct address_list of[ADDRESS_FIELD_COUNT];
};

/* Parsed once for all that is made of them. */
struct part_address_lists part_all_addresses(const struct mime_part *part,
					     struct arena *arena);
