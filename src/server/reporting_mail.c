#include "actor/errand.h"
#include "base/base64.h"
#include "base/container.h"
#include "base/date.h"
#include "base/random.h"
#include "policy/demand.h"
#include "policy/signing.h"
#include "queue/put.h"
#include "server/reporting_private.h"
#include "store/incoming.h"

enum {
	FIELDS_MAX = 64 * 1024, /* octets of signatures */
	DESTINATION_MAX = 1024, /* octets */
	BOUNDARY_OCTETS = 12,
	TRACE_OCTETS = 8,
};

/* A message that is being made. */
struct letter {
	const struct outgoing_report *report;
	int64_t now;
	slice from, submitter;
	struct buf boundary, trace_id, octets, fields;
	struct buf destinations[REPORT_TARGETS_MAX];
	struct queue_target targets[REPORT_TARGETS_MAX];
	struct incoming *message;
	struct job job;
};

static bool is_tls(const struct letter *l)
{
	return l->report->of.kind == REPORT_TLS;
}

/* ---- the text ---- */

/* RFC 9990 3.5.2, RFC 8460 5.1. */
static void add_file_name(const struct letter *l, struct buf *out)
{
	const struct ledger_report *of = &l->report->of;

	buf_addf(out, "%.*s!%.*s!%lld!%lld.%s", FMT(l->submitter), FMT(of->domain),
		 (long long)of->begin, (long long)(of->end - 1),
		 is_tls(l) ? "json.gz" : "xml.gz");
}

static void add_recipients(const struct letter *l, struct buf *out)
{
	const struct report_targets *t = &l->report->targets;

	for (uint32_t i = 0; i < t->address_count; i++)
		buf_addf(out, "%s%.*s", i ? ",\r\n " : "To: ", FMT(t->addresses[i]));
	buf_add(out, S("\r\n"));
}

static void add_header(const struct letter *l, struct buf *out)
{
	const struct ledger_report *of = &l->report->of;
	slice name = buf_slice(&l->report->name);

	buf_addf(out, "From: %.*s\r\n", FMT(l->from));
	add_recipients(l, out);
	buf_add(out, S("Date: "));
	date_add_rfc5322(out, (struct date){ .instant = l->now });
	buf_addf(out,
		 "\r\nMessage-ID: <%.*s>\r\nSubject: Report Domain: %.*s\r\n"
		 " Submitter: %.*s\r\n Report-ID: <%.*s>\r\n"
		 "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
		 FMT(name), FMT(of->domain), FMT(l->submitter), FMT(name));
	if (is_tls(l)) /* RFC 8460 5.3, RFC 8689 3 */
		buf_addf(out,
			 "TLS-Report-Domain: %.*s\r\nTLS-Report-Submitter: %.*s\r\n"
			 "TLS-Required: No\r\n",
			 FMT(of->domain), FMT(l->submitter));
	buf_addf(out, "Content-Type: multipart/%s;\r\n boundary=\"%.*s\"\r\n\r\n",
		 is_tls(l) ? "report; report-type=\"tlsrpt\"" : "mixed",
		 FMT(buf_slice(&l->boundary)));
}

static void add_words(const struct letter *l, struct buf *out)
{
	const struct ledger_report *of = &l->report->of;

	buf_addf(out,
		 "--%.*s\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
		 "This is a report of %.*s\r\nabout %s %.*s\r\nfrom ",
		 FMT(buf_slice(&l->boundary)), FMT(l->submitter),
		 is_tls(l) ? "TLS to the mail servers of"
			   : "mail that claimed to be from",
		 FMT(of->domain));
	date_add_iso(out, of->begin);
	buf_add(out, S(" to "));
	date_add_iso(out, of->end);
	buf_add(out, S(".\r\n\r\n"));
}

static void add_file(const struct letter *l, struct buf *out)
{
	slice boundary = buf_slice(&l->boundary);

	buf_addf(out, "--%.*s\r\nContent-Type: application/%s\r\n", FMT(boundary),
		 is_tls(l) ? "tlsrpt+gzip" : "gzip");
	buf_add(out, S("Content-Transfer-Encoding: base64\r\n"
		       "Content-Disposition: attachment;\r\n filename=\""));
	add_file_name(l, out);
	buf_add(out, S("\"\r\n\r\n"));
	base64_encode_lines(out, buf_slice(&l->report->packed));
	buf_addf(out, "\r\n--%.*s--\r\n", FMT(boundary));
}

/* ---- into the queue ---- */

static enum err finish(struct reporting *r, struct letter *l)
{
	enum err e;

	add_header(l, &l->octets);
	add_words(l, &l->octets);
	add_file(l, &l->octets);
	if (l->octets.overflow) return ERR_LIMIT;
	l->message = incoming_new(r->server->store);
	e = incoming_add(l->message, buf_slice(&l->octets));
	if (!e) e = incoming_finish(l->message);
	if (!e) signing_write(r->server->config, l->message, l->now, &l->fields);
	return e;
}

static enum err put(struct job *j, struct queue *q)
{
	struct letter *l = CONTAINER_OF(j, struct letter, job);
	/* Nobody wants bounces of reports, and TLS that fails must not keep one about
	 * just that from arriving (RFC 8460 5.3). */
	const struct queue_envelope envelope = {
		.flags = is_tls(l) ? (unsigned)MESSAGE_TLS_OPTIONAL : 0u,
		.reverse_path = l->from,
		.received = l->now,
		.trace_id = buf_slice(&l->trace_id),
	};
	const struct queue_new what = { .envelope = &envelope,
					.message = l->message,
					.prefix = buf_slice(&l->fields),
					.targets = l->targets,
					.count = l->report->targets.address_count };
	int64_t id;

	return queue_put(q, &what, &id);
}

static void address(struct letter *l)
{
	const struct report_targets *t = &l->report->targets;
	slice demand = demand_prefix(is_tls(l) ? DEMAND_NO_TLS : DEMAND_USUAL);

	for (uint32_t i = 0; i < t->address_count; i++) {
		struct buf *d = &l->destinations[i];

		buf_init(d, DESTINATION_MAX);
		buf_add(d, demand);
		queue_destination_of(t->addresses[i], d);
		l->targets[i] = (struct queue_target){ .destination = buf_slice(d),
						       .address = t->addresses[i],
						       .notify = NOTIFY_NEVER };
	}
}

static void init(struct letter *l, const struct outgoing_report *o, int64_t now)
{
	slice from = buf_slice(&o->from);

	*l = (struct letter){ .report = o,
			      .now = now,
			      .from = from,
			      .submitter = reporting_submitter(from) };
	buf_init(&l->boundary, 2 * BOUNDARY_OCTETS);
	buf_init(&l->trace_id, 2 * TRACE_OCTETS);
	buf_init(&l->octets, REPORT_MAIL_MAX);
	buf_init(&l->fields, FIELDS_MAX);
	random_add_id(&l->boundary, BOUNDARY_OCTETS);
	random_add_id(&l->trace_id, TRACE_OCTETS);
	address(l);
}

static void done(struct letter *l)
{
	incoming_free(l->message);
	for (uint32_t i = 0; i < l->report->targets.address_count; i++)
		buf_done(&l->destinations[i]);
	buf_done(&l->boundary);
	buf_done(&l->trace_id);
	buf_done(&l->octets);
	buf_done(&l->fields);
}

enum err reporting_mail(struct reporting *r, const struct outgoing_report *o, int64_t now)
{
	struct letter l;
	enum err e;

	init(&l, o, now);
	e = finish(r, &l);
	l.job = (struct job){ .account = JOB_QUEUE,
			      .level = JOB_WRITES,
			      .run_queue = put };
	if (!e) e = errand_run(r->server->store, r->server->actors, &l.job);
	done(&l);
	return e;
}
