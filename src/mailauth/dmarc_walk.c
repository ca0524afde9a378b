#include "mailauth/dmarc_walk.h"

#include "mailauth/name.h"

/* The only one with a version; several are as good as none (RFC 9989 4.10). */
static bool select_record(const struct dns_answer *txt, struct dmarc_record *ret)
{
	struct dmarc_record r;
	uint32_t count = 0;

	for (uint32_t i = 0; i < txt->count; i++) {
		if (!dmarc_record_parse(txt->records[i].data, &r)) continue;
		*ret = r;
		count++;
	}
	return count == 1;
}

enum dmarc_found dmarc_find_record(slice domain, const struct dns_answers *known,
				   struct arena *arena, struct dmarc_step *ret,
				   struct dns_question *ret_lacking)
{
	struct dns_question q = { .type = DNS_TXT };
	const struct dns_answer *txt;

	*ret = (struct dmarc_step){ .domain = domain };
	if (!name_join(S("_dmarc"), domain, arena, &q.name)) return DMARC_KNOWN;
	txt = dns_answers_find(known, q);
	if (!txt) {
		*ret_lacking = q;
		return DMARC_LACKING;
	}
	if (txt->status == DNS_TROUBLE || txt->status == DNS_BOGUS)
		return DMARC_IN_TROUBLE;
	ret->has_record = select_record(txt, &ret->record);
	return DMARC_KNOWN;
}

/* The last labels of a name. */
static slice last_labels(slice name, uint32_t labels)
{
	while (name_labels(name) > labels)
		name = name_parent(name);
	return name;
}

/* Steps 4 and 7: the parent, or what the limit of questions leaves of it. */
static slice next_target(slice domain)
{
	return last_labels(name_parent(domain), DMARC_WALK_MAX - 1);
}

enum dmarc_found dmarc_walk(slice domain, const struct dns_answers *known,
			    struct arena *arena, struct dmarc_walk *ret,
			    struct dns_question *ret_lacking)
{
	ret->count = 0;
	while (domain.n && ret->count < DMARC_WALK_MAX) {
		struct dmarc_step *step = &ret->steps[ret->count++];
		enum dmarc_found found =
			dmarc_find_record(domain, known, arena, step, ret_lacking);

		if (found != DMARC_KNOWN) return found;
		if (step->has_record && step->record.psd != DMARC_PSD_UNKNOWN) break;
		domain = next_target(domain);
	}
	return DMARC_KNOWN;
}

/* The last step of a walk with a record, or NULL: the walk stops at a psd, so what was
 * found last decides. */
static const struct dmarc_step *last_found(const struct dmarc_walk *w)
{
	for (uint32_t i = w->count; i-- > 0;)
		if (w->steps[i].has_record) return &w->steps[i];
	return NULL;
}

static bool is_suffix(const struct dmarc_walk *w, const struct dmarc_step *step)
{
	return step != w->steps && step->record.psd == DMARC_PSD_YES;
}

slice dmarc_organizational(const struct dmarc_walk *w)
{
	const struct dmarc_step *last = last_found(w);

	if (!last) return w->steps[0].domain;
	if (!is_suffix(w, last)) return last->domain;
	return last_labels(w->steps[0].domain, name_labels(last->domain) + 1);
}

const struct dmarc_step *dmarc_policy_step(const struct dmarc_walk *w)
{
	slice organizational = dmarc_organizational(w);

	if (w->steps[0].has_record) return &w->steps[0];
	for (uint32_t i = 0; i < w->count; i++)
		if (w->steps[i].has_record &&
		    slice_eq_nocase(w->steps[i].domain, organizational))
			return &w->steps[i];
	return last_found(w);
}
