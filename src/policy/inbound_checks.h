/*
 * inbound_checks.h - SPF, DKIM, DMARC, ARC and iprev of one message, and what follows
 *
 * Restartable as each of them is (base/dns_answer.h): with every answer more all that
 * decides begins anew. The author's policy is looked up first of all, so that names of
 * the sender's choosing, which SPF and DKIM ask about, cannot use up what the message
 * may cost before it is known.
 *
 * A domain that asks for it (RFC 9989 4.7) has its forged mail refused, or put into
 * Junk. Where the DNS did not tell the policy, mail is taken; where it told the policy
 * but not what would have satisfied it, that is no reason to refuse: Junk. So is a
 * message that does not say clearly who its author is (RFC 9989 11.5).
 */
#pragma once

#include "mailauth/dmarc.h"
#include "mailauth/reverse.h"
#include "mailauth/spf.h"
#include "policy/inbound_message.h"

enum inbound_action { INBOUND_ACCEPT, INBOUND_QUARANTINE, INBOUND_REJECT };

struct inbound_checks {
	const struct inbound_message *message;
	struct spf_request request;
	struct arena arena; /* begun anew by every decide */
	struct spf_verdict spf;
	struct dmarc_verdict dmarc; /* of an author that is known */
	struct reverse reverse;
	bool is_decided;
};

/* message and the request's slices must stay until checks_done. */
void inbound_checks_init(struct inbound_checks *c, const struct inbound_message *m,
			 const struct spf_request *request);
void inbound_checks_done(struct inbound_checks *c);

/* True: decided. False: *ret_lacking, whose name lives until the next call. */
bool inbound_checks_decide(struct inbound_checks *c, const struct dns_answers *known,
			   struct dns_question *ret_lacking);

/* The rest once it is decided. */
enum inbound_action inbound_checks_action(const struct inbound_checks *c);
/* "pass", "none", ...: of DKIM the best that any signature has. */
slice inbound_checks_dkim(const struct inbound_checks *c);
slice inbound_checks_dmarc(const struct inbound_checks *c);
slice inbound_checks_arc(const struct inbound_checks *c);
/* The payload of Authentication-Results behind a start of the caller's, with CRLF; false
 * when out is full. */
bool inbound_checks_write_results(const struct inbound_checks *c, slice start,
				  struct buf *out);
/* Authentication-Results and Received-SPF, with their CRLFs; false when out is full. */
bool inbound_checks_write(const struct inbound_checks *c, struct buf *out);
