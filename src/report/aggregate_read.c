#include <stddef.h>

#include "report/aggregate.h"
#include "report/xml.h"

enum { PATH_MAX_OCTETS = 512 };

enum part { OF_REPORT, OF_RECORD, OF_SIGNATURE };

#define REPORT(field) OF_REPORT, offsetof(struct aggregate, field)
#define RECORD(field) OF_RECORD, offsetof(struct aggregate_record, field)
#define SIGNATURE(field) OF_SIGNATURE, offsetof(struct aggregate_signature, field)

/* Where each value goes: the names of the elements around it, the root's left out. */
/* clang-format off */
static const struct value {
	slice path;
	enum part part;
	size_t offset;
} values[] = {
	{ SLICE_INIT("/report_metadata/org_name"), REPORT(org) },
	{ SLICE_INIT("/report_metadata/email"), REPORT(email) },
	{ SLICE_INIT("/report_metadata/report_id"), REPORT(name) },
	{ SLICE_INIT("/report_metadata/date_range/begin"), REPORT(begin_text) },
	{ SLICE_INIT("/report_metadata/date_range/end"), REPORT(end_text) },
	{ SLICE_INIT("/policy_published/domain"), REPORT(domain) },
	{ SLICE_INIT("/policy_published/p"), REPORT(p) },
	{ SLICE_INIT("/policy_published/sp"), REPORT(sp) },
	{ SLICE_INIT("/policy_published/np"), REPORT(np) },
	{ SLICE_INIT("/policy_published/adkim"), REPORT(adkim) },
	{ SLICE_INIT("/policy_published/aspf"), REPORT(aspf) },
	{ SLICE_INIT("/policy_published/testing"), REPORT(testing) },
	{ SLICE_INIT("/record/row/source_ip"), RECORD(source) },
	{ SLICE_INIT("/record/row/count"), RECORD(count_text) },
	{ SLICE_INIT("/record/row/policy_evaluated/disposition"), RECORD(disposition) },
	{ SLICE_INIT("/record/row/policy_evaluated/dkim"), RECORD(dkim) },
	{ SLICE_INIT("/record/row/policy_evaluated/spf"), RECORD(spf) },
	{ SLICE_INIT("/record/row/policy_evaluated/reason/type"), RECORD(reason) },
	{ SLICE_INIT("/record/identifiers/header_from"), RECORD(from) },
	{ SLICE_INIT("/record/identifiers/envelope_from"), RECORD(envelope_from) },
	{ SLICE_INIT("/record/identifiers/envelope_to"), RECORD(envelope_to) },
	{ SLICE_INIT("/record/auth_results/spf/domain"), RECORD(spf_domain) },
	{ SLICE_INIT("/record/auth_results/spf/result"), RECORD(spf_result) },
	{ SLICE_INIT("/record/auth_results/dkim/domain"), SIGNATURE(domain) },
	{ SLICE_INIT("/record/auth_results/dkim/selector"), SIGNATURE(selector) },
	{ SLICE_INIT("/record/auth_results/dkim/result"), SIGNATURE(result) },
};
/* clang-format on */

struct reading {
	struct xml xml;
	struct arena *arena;
	struct aggregate *report;
	struct aggregate_record *record; /* the one that is read, or the last */
	struct aggregate_signature *signature;
	struct buf path, text;
	bool is_full; /* the arena */
};

static bool enter_record(struct reading *r)
{
	struct aggregate_record *one = arena_alloc(r->arena, sizeof(*one));

	if (!one) return false;
	one->last_signature = &one->signatures;
	*r->report->last = one;
	r->report->last = &one->next;
	r->report->record_count++;
	r->record = one;
	return true;
}

static bool enter_signature(struct reading *r)
{
	struct aggregate_signature *one;

	r->signature = NULL;
	if (r->record->signature_count == AGGREGATE_SIGNATURES_MAX) return true;
	one = arena_alloc(r->arena, sizeof(*one));
	if (!one) return false;
	*r->record->last_signature = one;
	r->record->last_signature = &one->next;
	r->record->signature_count++;
	r->signature = one;
	return true;
}

/* False: it is no report, or too deep or large. */
static bool enter(struct reading *r)
{
	slice path;

	buf_reset(&r->text);
	if (r->xml.depth == 1) return slice_eq(r->xml.name, S("feedback"));
	if (!buf_add_char(&r->path, '/') || !buf_add(&r->path, r->xml.name)) return false;
	path = buf_slice(&r->path);
	r->is_full =
		(slice_eq(path, S("/record")) && !enter_record(r)) ||
		(slice_eq(path, S("/record/auth_results/dkim")) && !enter_signature(r));
	return !r->is_full;
}

static slice *place_of(struct reading *r, const struct value *v)
{
	char *part = v->part == OF_REPORT   ? (char *)r->report
		     : v->part == OF_RECORD ? (char *)r->record
					    : (char *)r->signature;

	return part ? (slice *)(void *)(part + v->offset) : NULL;
}

/* Of a value that is there twice the first counts. */
static bool keep_value(struct reading *r)
{
	slice path = buf_slice(&r->path), text = slice_trim(buf_slice(&r->text));

	for (size_t i = 0; i < countof(values); i++) {
		slice *place =
			slice_eq(values[i].path, path) ? place_of(r, &values[i]) : NULL;

		if (!place || place->n) continue;
		r->is_full = !arena_copy(r->arena, text, place);
		return !r->is_full;
	}
	return true;
}

static bool leave(struct reading *r)
{
	bool good = keep_value(r);

	buf_reset(&r->text);
	if (r->xml.depth > 0) buf_truncate(&r->path, r->path.n - r->xml.name.n - 1);
	return good;
}

static bool add_text(struct reading *r)
{
	size_t before = r->text.n;

	if (xml_text_add(&r->xml, &r->text)) return true;
	if (!r->text.overflow) return false;
	buf_truncate(&r->text, before); /* too long a value: what fits of it does */
	return true;
}

static enum err read_all(struct reading *r)
{
	bool good = true;

	while (good) {
		switch (xml_next(&r->xml)) {
		case XML_START:
			good = enter(r);
			break;
		case XML_END:
			good = leave(r);
			break;
		case XML_TEXT:
			good = add_text(r);
			break;
		case XML_DONE:
			return ERR_NONE;
		case XML_BAD:
			return ERR_MALFORMED;
		}
	}
	return r->is_full ? ERR_LIMIT : ERR_MALFORMED;
}

/* ---- what follows from the values ---- */

static bool read_time(slice text, int64_t *ret)
{
	uint64_t value;

	if (!take_u64(&text, &value) || value > UINT32_MAX * 64ULL) return false;
	*ret = (int64_t)value; /* some write 1338422400.0 */
	return text.n == 0 || *text.p == '.';
}

static bool is_pass(slice result)
{
	return slice_eq_nocase(result, S("pass"));
}

static void count_record(struct aggregate *a, struct aggregate_record *r)
{
	slice text = r->count_text;
	uint32_t count; /* a record of more messages is not told apart from nonsense */

	if (!take_u32(&text, &count) || text.n) return;
	r->count = count;
	a->messages += count;
	if (is_pass(r->dkim) || is_pass(r->spf)) a->passed += count;
	if (slice_eq_nocase(r->disposition, S("quarantine"))) a->quarantined += count;
	if (slice_eq_nocase(r->disposition, S("reject"))) a->rejected += count;
}

static enum err conclude(struct aggregate *a)
{
	if (!a->org.n || !a->domain.n || !a->records ||
	    !read_time(a->begin_text, &a->begin) || !read_time(a->end_text, &a->end))
		return ERR_MALFORMED;
	for (struct aggregate_record *r = a->records; r; r = r->next)
		count_record(a, r);
	return ERR_NONE;
}

enum err aggregate_read(slice xml, struct arena *arena, struct aggregate *ret)
{
	struct reading r = { .arena = arena, .report = ret };
	enum err e;

	*ret = (struct aggregate){ 0 };
	ret->last = &ret->records;
	xml_init(&r.xml, xml);
	buf_init(&r.path, PATH_MAX_OCTETS);
	buf_init(&r.text, AGGREGATE_TEXT_MAX);
	e = read_all(&r);
	buf_done(&r.path);
	buf_done(&r.text);
	return e ? e : conclude(ret);
}
