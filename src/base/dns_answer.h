/*
 * dns_answer.h - questions to the DNS and their answers, as values
 *
 * Whoever decides by DNS (mailauth, routing) is restartable: it looks into the
 * answers known so far and returns either its verdict or the question it
 * lacks; its driver asks, adds the answer and calls it again. So nothing that
 * decides ever waits, and tests need no network. src/dns asks.
 *
 * Names are written without the final dot; matching ignores ASCII case. A
 * struct dns_answers owns everything in it.
 */
#pragma once

#include "base/arena.h"
#include "base/map.h"

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_TLSA = 52,
};

enum dns_status {
	DNS_FOUND,   /* there are records */
	DNS_NO_DATA, /* the name exists, without records of this type */
	DNS_NO_NAME, /* the name does not exist (NXDOMAIN) */
	DNS_TROUBLE, /* time-out, SERVFAIL, refused: nothing is known; never final */
	DNS_BOGUS,   /* DNSSEC says that it is forged or broken */
};

enum {
	DNS_NAME_MAX = 255, /* octets as text */
	DNS_RECORDS_MAX =
		64, /* of one answer that are kept; `truncated` says if more came */
	DNS_ANSWER_MAX = 65536,        /* octets of one answer */
	DNS_ANSWERS_MAX = 1024 * 1024, /* octets of a struct dns_answers */
};

struct dns_question {
	enum dns_type type;
	slice name;
};

struct dns_record {
	uint16_t preference; /* of MX */
	slice data; /* A, AAAA: 4, 16 octets; TXT: its strings joined; TLSA: as on the
		       wire; NS, CNAME, PTR, MX, SOA (its primary server): a name as text;
		       empty for the root (null MX) */
};

struct dns_answer {
	enum dns_status status;
	bool secure;     /* validated by DNSSEC, or its absence was proven secure */
	bool truncated;  /* there were more records than DNS_RECORDS_MAX */
	uint32_t ttl;    /* seconds */
	slice canonical; /* the name behind CNAMEs, or empty */
	const struct dns_record *records;
	uint32_t count;
};

enum { DNS_KEY_MAX = 2 + DNS_NAME_MAX };

/* What is equal for equal questions and only for them: a key for maps, in room. */
slice dns_question_key(struct dns_question q, char room[static DNS_KEY_MAX]);

/* The octets that a copy takes. */
size_t dns_answer_octets(const struct dns_answer *a);
/* A copy in one piece of memory; the caller frees it with free(). */
struct dns_answer *dns_answer_clone(const struct dns_answer *a);

/* The answers known so far. */
struct dns_answers {
	struct arena arena;
	struct map by_question;
};

void dns_answers_init(struct dns_answers *a);
void dns_answers_done(struct dns_answers *a);
/* NULL: not asked yet. */
const struct dns_answer *dns_answers_find(const struct dns_answers *a,
					  struct dns_question q);
/* Copies the answer. False: too much is held already; treat the question as DNS_TROUBLE.
 */
bool dns_answers_add(struct dns_answers *a, struct dns_question q,
		     const struct dns_answer *answer);
