/*
 * request.h - what is fetched, and what came of it: the row of strings of each
 *
 * Numbers are decimal. Slices are whoever's the caller says.
 */
#pragma once

#include "base/buf.h"
#include "base/ip.h"

enum {
	FETCH_ADDRESSES_MAX = 8,
	FETCH_BODY_MAX = 10 * 1024 * 1024, /* octets, either way */
};

struct fetch_request {
	slice host; /* whose certificate it must be */
	uint16_t port;
	slice path; /* with its first slash */
	struct ip addresses[FETCH_ADDRESSES_MAX];
	uint32_t address_count;
	slice trust;     /* file with authorities trusted beside the system's, or empty */
	slice body_type; /* with it the body is POSTed; empty: GET */
	slice body;
	slice authorization; /* HTTP's field of that name, or empty */
	slice fields;        /* further ones, each ended by CRLF; or empty */
	uint32_t answer_max; /* octets; more is a failure */
	uint32_t timeout_ms; /* for all of it */
};

struct fetch_answer {
	uint32_t status; /* of HTTP; 0: none was had, and fault says why */
	slice fault;
	slice type; /* Content-Type as it came, or empty */
	slice body;
};

bool fetch_request_write(const struct fetch_request *r, struct buf *out);
bool fetch_answer_write(const struct fetch_answer *a, struct buf *out);

enum fetch_reading { FETCH_READ, FETCH_PARTIAL, FETCH_BAD };

/* The slices lie in `in`. */
enum fetch_reading fetch_request_read(slice in, struct fetch_request *ret);
enum fetch_reading fetch_answer_read(slice in, struct fetch_answer *ret);
