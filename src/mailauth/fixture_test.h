/*
 * fixture_test.h - a message, a zone and the verifiers put to them: for tests
 */
#pragma once

#include "mailauth/arc.h"
#include "mailauth/dkim.h"

struct test_mail {
	struct arena arena;
	char *octets; /* with CRLF */
	slice header, body;
	struct header_list list;
	struct body_hashes *hashes;
};

/* text may have bare LF as line ends, which become CRLF, or be on the wire already. */
void test_mail_init(struct test_mail *m, slice text);
void test_mail_done(struct test_mail *m);
/* Feeds the body in pieces of so many octets and finishes the hashes. */
void test_mail_hash(struct test_mail *m, size_t piece);

void test_zone_add(struct dns_answers *zone, slice name, slice txt);
void test_zone_fail(struct dns_answers *zone, slice name, enum dns_status status);
/* A record whose text is folded: white space and backslashes in it go. TEMPERROR and
 * PERMERROR are answers. */
void test_zone_record(struct dns_answers *zone, slice name, slice text);
/* "name: text" and an empty line for each: the .dns files of the public test data. */
void test_zone_read(struct dns_answers *zone, slice text);

/* As the driver does it: asks the zone, where what is not there does not exist. */
void test_dkim_run(struct dkim_verifier *v, struct dns_answers *zone, int64_t now);
struct arc_result test_arc_run(struct arc_verifier *v, struct dns_answers *zone,
			       int64_t now);
/* Verdicts of a whole message as "pass fail ...", at most 100 octets with the NUL. */
void test_dkim_verdicts(slice text, struct dns_answers *zone, int64_t now,
			char ret[static 100]);
