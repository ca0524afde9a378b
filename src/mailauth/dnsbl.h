/*
 * dnsbl.h - whether a DNS list has an address (RFC 5782)
 *
 * Restartable (base/dns_answer.h). Listed is what has an A record in 127.0.0.0/8 below
 * the list's zone (RFC 5782 2.1); answers in 127.255.255.0/24, with which lists say that
 * they do not answer us, and any other address, with which the zone of a list that is no
 * more greets everybody, mean nothing. Nor does trouble.
 */
#pragma once

#include "base/arena.h"
#include "base/dns_answer.h"
#include "base/ip.h"

/* The first of the zones that lists ip, or empty. False: *ret_lacking is to be asked,
 * then call again; its name lives in the arena. */
bool dnsbl_find(struct ip ip, const slice *zones, uint32_t count,
		const struct dns_answers *known, struct arena *arena, slice *ret_zone,
		struct dns_question *ret_lacking);
