/*
 * doctor.h - what is wrong with the DNS of a domain, or of this host, and how to mend it
 *
 * Restartable (base/dns_answer.h): goes through all checks with the answers known so far,
 * or names the question it lacks. The checks, each a function in one of these files:
 *
 *   doctor_mail.c    of this host: addresses, reverse names, TLSA; of a domain: MX
 *   doctor_policy.c  of a domain: SPF, DKIM, DMARC, MTA-STS, TLS-RPT
 *
 * What can only be seen by connecting is in doctor_probe.h and doctor_fetch.h.
 */
#pragma once

#include "base/dns_answer.h"
#include "config/config.h"
#include "operator/doctor_certificate.h"

enum doctor_state {
	DOCTOR_GOOD,
	DOCTOR_ADVICE,  /* it works; this would be better */
	DOCTOR_UNKNOWN, /* the DNS, or a server, does not answer now */
	DOCTOR_FAULT,
};

struct finding {
	enum doctor_state state;
	slice check; /* "MX", "SPF", ... */
	slice text;  /* for a person */
	slice add;   /* the line for the zone that mends it, or empty */
};

enum {
	DOCTOR_FINDINGS_MAX = 200,
	DOCTOR_ARENA_MAX = 4 * 1024 * 1024, /* octets */
	DOCTOR_TEXT_MAX = 4096,             /* octets of a text or a record */
};

struct doctor {
	/* Set by the owner. */
	const struct config *config;
	slice domain;  /* in A-labels and lower case; empty: the checks of this host */
	int64_t now;   /* UNIX seconds */
	slice address; /* of this machine, for records; "ADDRESS" where nobody knows */
	const struct certificate *certificate; /* NULL: none, or it cannot be read */

	/* The outcome. */
	struct finding findings[DOCTOR_FINDINGS_MAX];
	uint32_t count;

	/* The module's own. */
	struct arena arena; /* of the findings */
	const struct dns_answers *known;
	struct dns_question lacking;
};

void doctor_init(struct doctor *d);
void doctor_done(struct doctor *d);
/* True: the findings are there. False: *ret is the question that is lacking. */
bool doctor_decide(struct doctor *d, const struct dns_answers *known,
		   struct dns_question *ret);

slice doctor_state_name(enum doctor_state s); /* "ok", "advice", "unknown", "fault" */

/* ---- for the checks: each returns false where an answer is lacking ---- */

/* NULL: lacking. The name must stay. */
const struct dns_answer *doctor_ask(struct doctor *d, enum dns_type type, slice name);
/* A text that lives as long as the findings. */
slice doctor_text(struct doctor *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* add may be empty. */
void doctor_find(struct doctor *d, enum doctor_state state, slice check, slice text,
		 slice add);
/* True, and says so, where the DNS told nothing. */
bool doctor_is_unknown(struct doctor *d, slice check, const struct dns_answer *a);

bool doctor_check_mx(struct doctor *d);
bool doctor_check_addresses(struct doctor *d);
bool doctor_check_tlsa(struct doctor *d);
bool doctor_check_spf(struct doctor *d);
bool doctor_check_dkim(struct doctor *d);
bool doctor_check_dmarc(struct doctor *d);
bool doctor_check_mta_sts(struct doctor *d);
bool doctor_check_tls_rpt(struct doctor *d);
