/*
 * wire.h - a DNS message's answer as a struct dns_answer (RFC 1035 4.1)
 *
 * Seen by the resolver process only: the mail server parses no DNS messages.
 * CNAMEs are followed within the message; of other names' records nothing is
 * taken. What does not parse is DNS_TROUBLE, and so is an answer none of whose
 * records can be read. DNS_RECORDS_MAX records are kept, of MX the preferred.
 */
#pragma once

#include "dns/name.h"

enum {
	WIRE_MESSAGE_MAX = 65535,         /* octets (RFC 1035 4.2.2) */
	WIRE_ARENA_MAX = 2 * 1024 * 1024, /* octets: the longest names everywhere */
	WIRE_CNAMES_MAX = 16,             /* followed in one message */
	WIRE_NO_TTL = 5, /* seconds a "no" without SOA holds (RFC 2308 5 forbids long) */
};

/* The answer to a question of this type, without its `secure`. The arena, which should
 * have room for WIRE_ARENA_MAX, owns it. */
struct dns_answer wire_read_answer(slice message, enum dns_type type,
				   struct arena *arena);

/* Whether message answers a question with this id, name and type. */
bool wire_answers(slice message, uint16_t id, const struct wire_name *name,
		  enum dns_type type);
/* The flags of a message's second 16 bits (RFC 1035 4.1.1, RFC 4035 3.1.6). */
enum { WIRE_QR = 0x8000, WIRE_TC = 0x0200, WIRE_RD = 0x0100, WIRE_AD = 0x0020 };
uint16_t wire_flags(slice message); /* 0 where there is no whole header */

enum { WIRE_QUERY_MAX = 12 + DNS_WIRE_NAME_MAX + 4 + 11 };
/* A recursive question that asks for the AD bit (RFC 6840 5.7), with EDNS (RFC 6891);
 * returns its length. */
size_t wire_write_query(uint8_t room[static WIRE_QUERY_MAX], uint16_t id,
			const struct wire_name *name, enum dns_type type);
