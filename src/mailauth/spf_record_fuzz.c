/* A record that is taken can be walked over to its end and its texts can be expanded; one
 * that is refused leaves the result as it was and names a fault within it. */
#include <stdlib.h>

#include "mailauth/spf_macro.h"
#include "mailauth/spf_record.h"

static void check(bool ok)
{
	if (!ok) abort();
}

static bool is_inside(slice part, slice whole)
{
	return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

static void check_text(slice text, enum spf_text kind)
{
	const struct spf_facts facts = {
		.local = S("a.b-c"),
		.sender_domain = S("x.test"),
		.domain = S("y.test"),
		.helo = S("z"),
		.ip = { .n = IP6_OCTETS },
	};
	struct buf out;

	buf_init(&out, 2000);
	check(spf_text_valid(text, kind));
	if (!spf_text_expand(text, &facts, &out)) check(out.overflow);
	check(out.n <= 2000);
	buf_done(&out);
}

static void check_record(struct spf_record r, slice text)
{
	struct spf_directive d;
	bool has_all = false;

	if (r.redirect.n) check_text(r.redirect, SPF_DOMAIN_SPEC);
	if (r.exp.n) check_text(r.exp, SPF_DOMAIN_SPEC);
	while (take_spf_directive(&r.terms, &d)) {
		has_all |= d.mechanism == SPF_ALL;
		check(is_inside(d.text, text) && d.text.n > 0);
		check(d.bits4 <= 32 && d.bits6 <= 128);
		if (d.domain_spec.n) check_text(d.domain_spec, SPF_DOMAIN_SPEC);
	}
	check(has_all == r.has_all && slice_trim(r.terms).n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n }, fault;
	struct spf_record r = { .terms = S("unchanged") };

	if (spf_record_parse(text, &r, &fault)) {
		check_record(r, text);
	} else {
		check(slice_eq(r.terms, S("unchanged")));
		check(is_inside(fault, text));
	}
	if (spf_text_valid(text, SPF_EXPLANATION)) check_text(text, SPF_EXPLANATION);
	return 0;
}
