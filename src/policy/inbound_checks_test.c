#include "policy/inbound_checks.h"

#include "base/test.h"

/* One name and its TXT record; no text: the DNS does not answer. */
struct zone_entry {
	const char *name, *text;
};

struct row {
	const char *what;
	enum inbound_author author;
	struct zone_entry zone[3];
	enum inbound_action action;
	const char *dmarc;
};

static const struct row rows[] = {
	{ "no policy", AUTHOR_KNOWN, { { 0 } }, INBOUND_ACCEPT, "none" },
	{ "policy unknown",
	  AUTHOR_KNOWN,
	  { { "_dmarc.a.test", NULL } },
	  INBOUND_ACCEPT,
	  "temperror" },
	{ "fails",
	  AUTHOR_KNOWN,
	  { { "_dmarc.a.test", "v=DMARC1; p=reject" } },
	  INBOUND_REJECT,
	  "fail" },
	{ "fails softly",
	  AUTHOR_KNOWN,
	  { { "_dmarc.a.test", "v=DMARC1; p=quarantine" } },
	  INBOUND_QUARANTINE,
	  "fail" },
	{ "a trial is one step milder",
	  AUTHOR_KNOWN,
	  { { "_dmarc.a.test", "v=DMARC1; p=reject; t=y" } },
	  INBOUND_QUARANTINE,
	  "fail" },
	{ "passes",
	  AUTHOR_KNOWN,
	  { { "_dmarc.a.test", "v=DMARC1; p=reject" }, { "a.test", "v=spf1 +all" } },
	  INBOUND_ACCEPT,
	  "pass" },
	{ "might have passed",
	  AUTHOR_KNOWN,
	  { { "_dmarc.a.test", "v=DMARC1; p=reject" }, { "a.test", NULL } },
	  INBOUND_QUARANTINE,
	  "temperror" },
	{ "unclear", AUTHOR_UNCLEAR, { { 0 } }, INBOUND_QUARANTINE, "permerror" },
	{ "missing", AUTHOR_MISSING, { { 0 } }, INBOUND_ACCEPT, "none" },
};

/* What the zone has not does not exist. */
static void answer(const struct zone_entry zone[3], struct dns_question q,
		   struct dns_answers *known)
{
	struct dns_answer a = { .status = DNS_NO_NAME };
	struct dns_record record = { 0 };

	for (size_t i = 0; i < 3 && zone[i].name; i++) {
		if (q.type != DNS_TXT || !slice_eq_nocase(q.name, slice_of(zone[i].name)))
			continue;
		record.data = slice_of(zone[i].text);
		a = (struct dns_answer){ .status = zone[i].text ? DNS_FOUND : DNS_TROUBLE,
					 .records = &record,
					 .count = zone[i].text ? 1 : 0 };
	}
	CHECK(dns_answers_add(known, q, &a));
}

static void init(struct inbound_checks *c, const struct inbound_message *m)
{
	struct spf_request request = { .identity = SPF_MAIL_FROM,
				       .helo = S("host.test"),
				       .local = S("jo"),
				       .domain = S("a.test"),
				       .receiver = S("mail.test") };

	CHECK(ip_parse(S("192.0.2.1"), &request.ip));
	inbound_checks_init(c, m, &request);
}

TEST(inbound_actions)
{
	for (size_t i = 0; i < countof(rows); i++) {
		const struct row *t = &rows[i];
		struct inbound_message m = { .author_kind = t->author };
		struct inbound_checks c;
		struct dns_answers known;
		struct dns_question lacking;

		if (t->author == AUTHOR_KNOWN) m.author = S("a.test");
		init(&c, &m);
		dns_answers_init(&known);
		while (!inbound_checks_decide(&c, &known, &lacking))
			answer(t->zone, lacking, &known);
		CHECK_INT(inbound_checks_action(&c), t->action);
		CHECK_SLICE(inbound_checks_dmarc(&c), slice_of(t->dmarc));
		dns_answers_done(&known);
		inbound_checks_done(&c);
	}
}

/* Names of the sender's choosing come later: they cannot use up the budget. */
TEST(inbound_policy_is_first)
{
	struct inbound_message m = { .author_kind = AUTHOR_KNOWN,
				     .author = S("author.test") };
	struct inbound_checks c;
	struct dns_answers known;
	struct dns_question lacking;

	init(&c, &m);
	dns_answers_init(&known);
	CHECK(!inbound_checks_decide(&c, &known, &lacking));
	CHECK_SLICE(lacking.name, S("_dmarc.author.test"));
	dns_answers_done(&known);
	inbound_checks_done(&c);
}
