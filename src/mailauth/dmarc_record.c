#include "mailauth/dmarc_record.h"

#include "mailauth/report_uri.h"
#include "mailauth/tag_list.h"

/* The tags as they were found; p == NULL: not there. */
enum { P, SP, NP, PSD, T, ADKIM, ASPF, FO, RUA, RUF, PCT, TAGS };

static const slice tag_names[TAGS] = {
	[P] = SLICE_INIT("p"),       [SP] = SLICE_INIT("sp"),
	[NP] = SLICE_INIT("np"),     [PSD] = SLICE_INIT("psd"),
	[T] = SLICE_INIT("t"),       [ADKIM] = SLICE_INIT("adkim"),
	[ASPF] = SLICE_INIT("aspf"), [FO] = SLICE_INIT("fo"),
	[RUA] = SLICE_INIT("rua"),   [RUF] = SLICE_INIT("ruf"),
	[PCT] = SLICE_INIT("pct"),
};

static const slice policy_names[] = {
	[DMARC_NONE] = SLICE_INIT("none"),
	[DMARC_QUARANTINE] = SLICE_INIT("quarantine"),
	[DMARC_REJECT] = SLICE_INIT("reject"),
};

slice dmarc_policy_name(enum dmarc_policy p)
{
	return policy_names[p];
}

static bool parse_policy(slice value, enum dmarc_policy *ret)
{
	for (size_t i = 0; i < countof(policy_names); i++) {
		if (!slice_eq_nocase(value, policy_names[i])) continue;
		*ret = (enum dmarc_policy)i;
		return true;
	}
	return false;
}

/* dmarc-version = "v" equals %s"DMARC1", the first tag. */
static bool take_version(slice *in)
{
	struct tag tag;

	return tag_list_take(in, &tag) && slice_eq_nocase(tag.name, S("v")) &&
	       slice_eq(tag.value, S("DMARC1"));
}

static void keep_first(const struct tag *tag, slice values[static TAGS])
{
	for (size_t i = 0; i < TAGS; i++)
		if (values[i].p == NULL && slice_eq_nocase(tag->name, tag_names[i]))
			values[i] = tag->value;
}

/* dmarc-fo: items between colons; "0" and "1" exclude each other. */
static unsigned parse_fo(slice value)
{
	static const slice letters = SLICE_INIT("01ds");
	unsigned fo = 0;
	slice item;

	while (take_tag_item(&value, &item)) {
		size_t i = item.n == 1 ? slice_find_char(letters, lower_ascii(item.p[0]))
				       : letters.n;

		if (i == letters.n) return DMARC_FO_ALL;
		fo |= 1u << i;
	}
	return fo == 0 || (fo & DMARC_FO_ALL && fo & DMARC_FO_ANY) ? DMARC_FO_ALL : fo;
}

static enum dmarc_psd parse_psd(slice value)
{
	if (slice_eq_nocase(value, S("y"))) return DMARC_PSD_YES;
	return slice_eq_nocase(value, S("n")) ? DMARC_PSD_NO : DMARC_PSD_UNKNOWN;
}

/* p, sp and np, and what is left of the record when one of them is wrong. */
static void set_policies(struct dmarc_record *r, const slice values[static TAGS])
{
	slice uris = r->rua, uri;
	bool valid = parse_policy(values[P], &r->p);

	r->has_sp = values[SP].p != NULL;
	r->has_np = values[NP].p != NULL;
	r->sp = r->p;
	if (r->has_sp) valid &= parse_policy(values[SP], &r->sp);
	r->np = r->sp;
	if (r->has_np) valid &= parse_policy(values[NP], &r->np);
	r->is_policy = valid || take_report_uri(&uris, &uri);
	if (valid) return;
	r->p = r->sp = r->np = DMARC_NONE;
	r->has_sp = r->has_np = false;
}

bool dmarc_record_parse(slice text, struct dmarc_record *ret)
{
	slice values[TAGS] = { 0 }, skipped;
	struct tag tag;

	if (!take_version(&text)) return false;
	while (text.n) {
		if (tag_list_take(&text, &tag))
			keep_first(&tag, values);
		else if (!take_until(&text, ';', &skipped))
			break;
	}
	*ret = (struct dmarc_record){
		.strict_dkim = slice_eq_nocase(values[ADKIM], S("s")),
		.strict_spf = slice_eq_nocase(values[ASPF], S("s")),
		.testing = slice_eq_nocase(values[T], S("y")) ||
			   slice_eq(values[PCT], S("0")),
		.psd = parse_psd(values[PSD]),
		.fo = parse_fo(values[FO]),
		.rua = values[RUA],
		.ruf = values[RUF],
	};
	set_policies(ret, values);
	return true;
}
