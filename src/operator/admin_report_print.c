#include <jansson.h>

#include "operator/admin_report.h"
#include "operator/plain.h"

/*
 * 2026-11-25T00:00:00Z dmarc example.org from Some Receiver: 12 messages, 10 passed
 *     192.0.2.1       10  none        dkim=pass spf=pass  example.org
 */

static slice member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value)) return (slice){ 0 };
	return (slice){ json_string_value(value), json_string_length(value) };
}

static long long number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void add_column(struct buf *out, slice text, size_t width)
{
	size_t before = out->n;

	plain_add(out, text.n ? text : S("-"));
	while (out->n - before < width)
		buf_add_char(out, ' ');
	buf_add_char(out, ' ');
}

/* " name=value" */
static void add_pair(struct buf *out, const char *name, slice value)
{
	if (value.n == 0) return;
	buf_addf(out, " %s=", name);
	plain_add(out, value);
}

/* ---- DMARC ---- */

static void add_record(const json_t *r, struct buf *out)
{
	const json_t *signature;
	size_t i;

	buf_add(out, S("    "));
	add_column(out, member(r, "source"), 15);
	buf_addf(out, "%6lld  ", number(r, "count"));
	add_column(out, member(r, "disposition"), 10);
	add_pair(out, "dkim", member(r, "dkim"));
	add_pair(out, "spf", member(r, "spf"));
	add_pair(out, "from", member(r, "from"));
	add_pair(out, "envelope-from", member(r, "envelope_from"));
	add_pair(out, "reason", member(r, "reason"));
	json_array_foreach(json_object_get(r, "signatures"), i, signature)
	{
		add_pair(out, "signed-by", member(signature, "domain"));
		add_pair(out, "selector", member(signature, "selector"));
		add_pair(out, "result", member(signature, "result"));
	}
	buf_add_char(out, '\n');
}

static void print_dmarc(const json_t *report, struct buf *out)
{
	const json_t *record;
	size_t i;

	buf_addf(out, ": %lld messages, %lld passed, %lld quarantined, %lld rejected\n",
		 number(report, "messages"), number(report, "passed"),
		 number(report, "quarantined"), number(report, "rejected"));
	json_array_foreach(json_object_get(report, "records"), i, record)
	{
		add_record(record, out);
	}
	if (number(report, "left_out"))
		buf_addf(out, "    and %lld more\n", number(report, "left_out"));
}

/* ---- TLS ---- */

static void add_details(const json_t *policy, struct buf *out)
{
	const json_t *detail;
	size_t i;

	json_array_foreach(json_object_get(policy, "details"), i, detail)
	{
		buf_addf(out, "        %6lld  ", number(detail, "count"));
		add_column(out, member(detail, "result"), 24);
		add_pair(out, "host", member(detail, "host"));
		add_pair(out, "from", member(detail, "sending_ip"));
		add_pair(out, "to", member(detail, "receiving_ip"));
		add_pair(out, "reason", member(detail, "reason"));
		buf_add_char(out, '\n');
	}
}

static void print_tls(const json_t *report, struct buf *out)
{
	const json_t *policy;
	size_t i;

	buf_addf(out, ": %lld connections succeeded, %lld failed\n",
		 number(report, "successes"), number(report, "failures"));
	json_array_foreach(json_object_get(report, "policies"), i, policy)
	{
		buf_add(out, S("    "));
		add_column(out, member(policy, "type"), 15);
		add_column(out, member(policy, "domain"), 24);
		buf_addf(out, "%lld succeeded, %lld failed\n",
			 number(policy, "successes"), number(policy, "failures"));
		add_details(policy, out);
	}
}

/* ---- one message that failed ---- */

static void print_failure(const json_t *report, struct buf *out)
{
	static const char *const names[] = { "feedback",        "auth_failure",
					     "delivery_result", "identity_alignment",
					     "source",          "mail_from",
					     "dkim_domain",     "arrival" };

	buf_add(out, S(": one message\n   "));
	for (size_t i = 0; i < countof(names); i++)
		add_pair(out, names[i], member(report, names[i]));
	buf_add_char(out, '\n');
}

void report_print(slice json, struct buf *out)
{
	static const struct {
		slice kind;
		void (*print)(const json_t *report, struct buf *out);
	} kinds[] = {
		{ SLICE_INIT("dmarc"), print_dmarc },
		{ SLICE_INIT("tls"), print_tls },
		{ SLICE_INIT("failure"), print_failure },
	};
	json_t *report = json_loadb(json.p, json.n, 0, NULL);
	slice begin = member(report, "begin"), kind = member(report, "kind");

	plain_add(out, begin.n ? begin : member(report, "received"));
	buf_add_char(out, ' ');
	plain_add(out, kind);
	buf_add_char(out, ' ');
	plain_add(out, member(report, "domain"));
	buf_add(out, S(" from "));
	plain_add(out, member(report, "reporter"));
	for (size_t i = 0; i < countof(kinds); i++)
		if (slice_eq(kinds[i].kind, kind)) kinds[i].print(report, out);
	json_decref(report);
}
