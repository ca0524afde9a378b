#include "base/log.h"
#include "report/aggregate.h"
#include "report/unpack.h"
#include "server/reporting_private.h"

/* A report is of one policy: of several in a period it is the last, and the messages of
 * the others are told under it (RFC 9990 3.1.1, 3.3). */
struct composing {
	const struct outgoing_report *report;
	slice org;
	struct buf text;
	bool has_begun;
	struct tls_report_writer tls;
};

static bool see_dmarc(void *context, slice policy, slice entry, int64_t count)
{
	struct composing *c = context;
	const struct outgoing_report *o = c->report;
	const struct aggregate_head head = { .org = c->org,
					     .email = buf_slice(&o->from),
					     .name = buf_slice(&o->name),
					     .begin = o->of.begin,
					     .end = o->of.end - 1,
					     .policy = policy };

	if (!c->has_begun) aggregate_write_begin(&head, &c->text);
	c->has_begun = true;
	if (c->text.n + entry.n + 256 > REPORT_TEXT_MAX) return false;
	aggregate_write_entry(entry, count, &c->text);
	return true;
}

static bool see_tls(void *context, slice policy, slice entry, int64_t count)
{
	struct composing *c = context;

	c->has_begun = true;
	tls_report_entry(&c->tls, policy, entry, count);
	return true;
}

static enum err compose_tls(struct ledger *l, struct composing *c)
{
	const struct outgoing_report *o = c->report;
	const struct tls_report_head head = { c->org, buf_slice(&o->from),
					      buf_slice(&o->name), o->of.begin,
					      o->of.end };
	enum err e;

	tls_report_begin(&c->tls, &head, &c->text);
	e = ledger_read(l, &o->of, see_tls, c);
	return tls_report_end(&c->tls) || e ? e : ERR_LIMIT;
}

static enum err compose_dmarc(struct ledger *l, struct composing *c)
{
	enum err e = ledger_read(l, &c->report->of, see_dmarc, c);

	aggregate_write_end(&c->text);
	return c->text.overflow && !e ? ERR_LIMIT : e;
}

bool reporting_compose(struct reporting *r, struct outgoing_report *o)
{
	struct composing c = { .report = o,
			       .org = reporting_submitter(buf_slice(&o->from)) };
	enum err e;

	buf_init(&c.text, REPORT_TEXT_MAX);
	e = o->of.kind == REPORT_TLS ? compose_tls(r->ledger, &c)
				     : compose_dmarc(r->ledger, &c);
	if (!e && c.has_begun && !gzip_pack(buf_slice(&c.text), &o->packed))
		e = ERR_LIMIT;
	buf_done(&c.text);
	if (!e && c.has_begun) return true;
	log_event(LOG_WARNING, "report.not-made", LOG_STR("domain", o->of.domain),
		  LOG_STR("kind", report_kind_name(o->of.kind)), LOG_ERR("why", e));
	return false;
}
