/*
 * aggregate.h - DMARC's aggregate report: read, written (RFC 9990, RFC 7489 appendix C)
 *
 * Read: what receivers send, those of RFC 7489 and of its drafts too, elements in any
 * order, unknown ones passed over. Slices live in the arena; values are what the reporter
 * wrote, and nothing in them is to be believed.
 *
 * Written: by RFC 9990's schema, from two texts that are made when a message is checked:
 * what the domain published, and how the message fared. Equal ones are counted, and the
 * report is those texts one behind the other.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/json_writer.h"
#include "mailauth/dkim.h"
#include "mailauth/dmarc.h"

enum {
	AGGREGATE_ARENA_MAX = 24 * 1024 * 1024, /* octets: of a report as it is read */
	AGGREGATE_TEXT_MAX = 1024,              /* octets of one value; longer ones end */
	AGGREGATE_SIGNATURES_MAX = 100,         /* of a record (RFC 9990 3.1.3) */
	AGGREGATE_TOLD_MAX = 1000,              /* records that are kept one by one */
};

struct aggregate_signature {
	struct aggregate_signature *next;
	slice domain, selector, result;
};

struct aggregate_record {
	struct aggregate_record *next;
	slice source, count_text, disposition, dkim, spf, reason;
	slice from, envelope_from, envelope_to;
	slice spf_domain, spf_result;
	struct aggregate_signature *signatures, **last_signature;
	uint32_t signature_count;
	uint64_t count;
};

struct aggregate {
	slice org, email, name; /* name: its report_id */
	slice begin_text, end_text;
	slice domain, p, sp, np, adkim, aspf, testing;
	int64_t begin, end; /* UNIX seconds */
	struct aggregate_record *records, **last;
	uint32_t record_count;
	uint64_t messages, passed, quarantined, rejected;
};

/* ERR_MALFORMED: it is no such report, or says not whose, by whom or when. ERR_LIMIT: the
 * arena is full. */
enum err aggregate_read(slice xml, struct arena *arena, struct aggregate *ret);
/* The members of an object that tell of it, with a list of AGGREGATE_TOLD_MAX records. */
void aggregate_tell(const struct aggregate *a, struct json_writer *w);

/* One message, checked. */
struct aggregate_facts {
	struct ip peer;
	const struct dmarc_verdict *dmarc;
	enum dmarc_policy applied; /* what became of it */
	slice mail_from; /* the domain that SPF was checked for; empty with helo's */
	slice spf_result;
	slice helo; /* SPF's domain where the reverse-path is null */
	const struct dkim_result *signatures;
	uint32_t signature_count;
};

/* The texts for aggregate_write; false when out is full. */
bool aggregate_add_policy(const struct dmarc_verdict *v, struct buf *out);
bool aggregate_add_entry(const struct aggregate_facts *f, struct buf *out);

struct aggregate_head {
	slice org, email, name;
	int64_t begin, end;
	slice policy; /* of aggregate_add_policy */
};

/* begin, then each entry with its count, then end; out's overflow tells. */
void aggregate_write_begin(const struct aggregate_head *h, struct buf *out);
void aggregate_write_entry(slice entry, int64_t count, struct buf *out);
void aggregate_write_end(struct buf *out);
