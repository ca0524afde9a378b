/*
 * tls_report.h - reports about TLS to a domain's servers: read, written (RFC 8460 4)
 *
 * Written as aggregate.h is: from two texts, the policy that was applied and how the
 * attempt failed (empty: it succeeded), of which equal ones are counted.
 */
#pragma once

#include <jansson.h>

#include "base/err.h"
#include "base/json_writer.h"

enum {
	TLS_REPORT_POLICIES_MAX = 100, /* of a report that is read */
	TLS_REPORT_DETAILS_MAX = 1000, /* of them that are kept, in all */
	TLS_REPORT_STRINGS_MAX = 64,   /* of a policy */
};

/* ---- a report that came ---- */

struct tls_report {
	json_t *json;
	slice org, email, name; /* all in json */
	slice domain;           /* of its first policy */
	int64_t begin, end;     /* UNIX seconds */
	uint64_t successes, failures;
};

/* ERR_MALFORMED: it is no such report. Freed by tls_report_done, in any case. */
enum err tls_report_read(slice text, struct tls_report *ret);
void tls_report_done(struct tls_report *r);
/* The members of an object that tell of it. */
void tls_report_tell(const struct tls_report *r, struct json_writer *w);

/* ---- one that is written ---- */

struct tls_policy {
	const char *type; /* "tlsa", "sts", "no-policy-found" */
	slice domain;
	const slice *strings; /* of the policy */
	uint32_t string_count;
	const slice *hosts; /* patterns of sts */
	uint32_t host_count;
};

struct tls_attempt {
	const char *result; /* "certificate-expired", ...; NULL: it succeeded */
	slice sending_ip, host, receiving_ip, reason; /* empty: not known */
};

/* The texts to be counted; false when out is full. */
bool tls_report_add_policy(const struct tls_policy *p, struct buf *out);
bool tls_report_add_attempt(const struct tls_attempt *a, struct buf *out);

struct tls_report_head {
	slice org, email, name;
	int64_t begin, end;
};

/* Writes to w, which the caller has begun; entries of one policy come together. */
struct tls_report_writer {
	struct json_writer json;
	struct buf policy, details; /* of the policy in hand */
	int64_t successes, failures;
	bool has_policy;
};

void tls_report_begin(struct tls_report_writer *w, const struct tls_report_head *h,
		      struct buf *out);
void tls_report_entry(struct tls_report_writer *w, slice policy, slice attempt,
		      int64_t count);
/* False: it did not fit. */
bool tls_report_end(struct tls_report_writer *w);
