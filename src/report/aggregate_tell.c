#include "report/aggregate.h"

static void tell_text(struct json_writer *w, slice name, slice value)
{
	if (value.n == 0) return;
	json_write_key(w, name);
	json_write_string(w, value);
}

static void tell_count(struct json_writer *w, slice name, uint64_t value)
{
	json_write_key(w, name);
	json_write_uint(w, value);
}

static void tell_signatures(const struct aggregate_record *r, struct json_writer *w)
{
	json_write_key(w, S("signatures"));
	json_write_array_begin(w);
	for (const struct aggregate_signature *s = r->signatures; s; s = s->next) {
		json_write_object_begin(w);
		tell_text(w, S("domain"), s->domain);
		tell_text(w, S("selector"), s->selector);
		tell_text(w, S("result"), s->result);
		json_write_object_end(w);
	}
	json_write_array_end(w);
}

static void tell_record(const struct aggregate_record *r, struct json_writer *w)
{
	json_write_object_begin(w);
	tell_text(w, S("source"), r->source);
	tell_count(w, S("count"), r->count);
	tell_text(w, S("disposition"), r->disposition);
	tell_text(w, S("dkim"), r->dkim);
	tell_text(w, S("spf"), r->spf);
	tell_text(w, S("reason"), r->reason);
	tell_text(w, S("from"), r->from);
	tell_text(w, S("envelope_from"), r->envelope_from);
	tell_text(w, S("envelope_to"), r->envelope_to);
	tell_text(w, S("spf_domain"), r->spf_domain);
	tell_text(w, S("spf_result"), r->spf_result);
	tell_signatures(r, w);
	json_write_object_end(w);
}

static void tell_policy(const struct aggregate *a, struct json_writer *w)
{
	json_write_key(w, S("policy"));
	json_write_object_begin(w);
	tell_text(w, S("p"), a->p);
	tell_text(w, S("sp"), a->sp);
	tell_text(w, S("np"), a->np);
	tell_text(w, S("adkim"), a->adkim);
	tell_text(w, S("aspf"), a->aspf);
	tell_text(w, S("testing"), a->testing);
	json_write_object_end(w);
}

void aggregate_tell(const struct aggregate *a, struct json_writer *w)
{
	uint32_t told = 0;

	tell_text(w, S("email"), a->email);
	json_write_key(w, S("begin"));
	json_write_date(w, a->begin);
	json_write_key(w, S("end"));
	json_write_date(w, a->end);
	tell_policy(a, w);
	tell_count(w, S("messages"), a->messages);
	tell_count(w, S("passed"), a->passed);
	tell_count(w, S("quarantined"), a->quarantined);
	tell_count(w, S("rejected"), a->rejected);
	json_write_key(w, S("records"));
	json_write_array_begin(w);
	for (const struct aggregate_record *r = a->records;
	     r && told < AGGREGATE_TOLD_MAX; r = r->next, told++)
		tell_record(r, w);
	json_write_array_end(w);
	tell_count(w, S("left_out"), a->record_count - told);
}
