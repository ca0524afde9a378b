#include "operator/admin_report.h"

#include "operator/admin.h"
#include "server/reporting.h"

struct showing {
	const struct admin_request *request;
	struct json_writer json;
	uint32_t count;
};

static bool show(void *context, const struct ledger_received *r)
{
	struct showing *s = context;

	s->count++;
	if (s->request->json)
		json_write_raw(&s->json, r->json);
	else
		report_print(r->json, s->request->out);
	return !s->request->out->overflow;
}

static enum err show_all(struct ledger *l, struct showing *s, slice domain)
{
	const struct admin_request *r = s->request;
	enum err e;

	json_writer_init(&s->json, r->out);
	if (!r->json) return ledger_each_received(l, domain, show, s);
	json_write_array_begin(&s->json);
	e = ledger_each_received(l, domain, show, s);
	json_write_array_end(&s->json);
	buf_add_char(r->out, '\n');
	return e;
}

static enum cli_status tell(struct ledger *l, const struct admin_request *r)
{
	slice domain = r->count ? r->words[0] : S("");
	struct showing s = { .request = r };
	enum err e = show_all(l, &s, domain);

	if (e) return admin_failed(r, e, S("reports"));
	if (r->out->overflow) {
		buf_add(r->fault, S("there are too many reports; name a domain"));
		return CLI_FAULT;
	}
	if (s.count || r->json) return CLI_DONE;
	buf_add(r->fault,
		S("no report has come; they are read from mail to [reports] address, "
		  "where the rua of your records should lead"));
	return CLI_FAULT;
}

enum cli_status admin_report(const struct admin *a, const struct admin_request *r)
{
	struct ledger *own = NULL;
	enum cli_status status;

	if (a->reporting) return tell(reporting_ledger(a->reporting), r);
	if (a->actors || ledger_open(a->store, &own)) {
		buf_add(r->fault, S("reports.db cannot be opened; the log says why"));
		return CLI_FAULT;
	}
	status = tell(own, r);
	ledger_close(own);
	return status;
}
