/*
 * mx.h - which servers take the mail for a domain (RFC 5321 5.1)
 *
 * Restartable (base/dns_answer.h): decides from the answers known so far, or names the
 * question that it lacks. Pure: the order among equals comes from a seed.
 *
 * The servers of the MX records by preference, those of the same one in random order;
 * without MX records the domain itself; of a smarthost only its own addresses. Where
 * one of them is ourselves, it and all that are not better are left out, so that mail
 * does not go round in circles. What the domain's DNS says for good is a refusal: no such
 * domain, a null MX (RFC 7505), no address at all. Trouble, ours or theirs, is a
 * deferral.
 *
 * Where everything up to a server's addresses was secure, its TLSA records are asked for
 * (RFC 7672 2.2). A server whose TLSA records cannot be had is left out: to go on without
 * them is what an attacker would want.
 *
 * Limits: the best MX_HOSTS_MAX servers with MX_ADDRESSES_MAX addresses each.
 */
#pragma once

#include "base/dns_answer.h"
#include "base/ip.h"

enum {
	MX_HOSTS_MAX = 12,
	MX_ADDRESSES_MAX = 6,
	MX_ARENA_MAX = 128 * 1024, /* octets: enough for any result */
};

struct mx_request {
	slice domain;      /* in A-labels, or an address literal with its brackets */
	bool is_host;      /* a smarthost: no MX records are looked for */
	uint16_t port;     /* where it would be spoken to: TLSA records are of a port */
	bool ignores_tlsa; /* nothing is to depend on them */
	slice own_name;    /* the host name that is ours, */
	const struct ip *own; /* and the addresses at which we take mail on that port */
	uint32_t own_count;
	uint64_t seed;
};

struct mx_host {
	slice name; /* without the final dot; empty: an address literal */
	uint16_t preference;
	struct ip addresses[MX_ADDRESSES_MAX]; /* IPv6 and IPv4 in turn */
	uint32_t address_count;
	slice tlsa_base;   /* whose TLSA records these are (RFC 7672 2.2.2), or empty */
	const slice *tlsa; /* their data, secure */
	uint32_t tlsa_count;
};

enum mx_verdict { MX_FOUND, MX_REFUSED, MX_DEFERRED };

struct mx_result {
	enum mx_verdict verdict;
	slice status, text;                 /* unless MX_FOUND: "5.1.2", and for people */
	struct mx_host hosts[MX_HOSTS_MAX]; /* at least one if MX_FOUND, the best first */
	uint32_t host_count;
	/* Nobody can have made them up: DNSSEC proves them, or they are the name that was
	 * asked about. */
	bool has_sure_names;
};

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 4.1.3). */
bool mx_literal_address(slice domain, struct ip *ret);

/* True: *ret_result, whose slices are the answers', the request's or the arena's. False:
 * the question that is lacking, its name likewise. The arena is reset at each call. */
bool mx_decide(const struct mx_request *r, const struct dns_answers *known,
	       struct arena *arena, struct mx_result *ret_result,
	       struct dns_question *ret_question);
