#include "operator/doctor.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void doctor_init(struct doctor *d)
{
	arena_init(&d->arena, DOCTOR_ARENA_MAX);
	d->count = 0;
}

void doctor_done(struct doctor *d)
{
	arena_done(&d->arena);
}

slice doctor_state_name(enum doctor_state s)
{
	static const slice names[] = {
		[DOCTOR_GOOD] = SLICE_INIT("ok"),
		[DOCTOR_ADVICE] = SLICE_INIT("advice"),
		[DOCTOR_UNKNOWN] = SLICE_INIT("unknown"),
		[DOCTOR_FAULT] = SLICE_INIT("fault"),
	};

	return names[s];
}

const struct dns_answer *doctor_ask(struct doctor *d, enum dns_type type, slice name)
{
	d->lacking = (struct dns_question){ type, name };
	return dns_answers_find(d->known, d->lacking);
}

slice doctor_text(struct doctor *d, const char *format, ...)
{
	char text[DOCTOR_TEXT_MAX];
	slice kept = { 0 };
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (n >= (int)sizeof(text)) n = sizeof(text) - 1;
	if (n < 0 || !arena_copy(&d->arena, (slice){ text, (size_t)n }, &kept))
		return S("(no room for it)");
	return kept;
}

void doctor_find(struct doctor *d, enum doctor_state state, slice check, slice text,
		 slice add)
{
	if (d->count == DOCTOR_FINDINGS_MAX) return;
	d->findings[d->count++] = (struct finding){ state, check, text, add };
}

bool doctor_is_unknown(struct doctor *d, slice check, const struct dns_answer *a)
{
	if (a->status == DNS_BOGUS)
		doctor_find(d, DOCTOR_FAULT, check,
			    S("does not pass DNSSEC: sign the zone anew, or take its DS "
			      "record away"),
			    S(""));
	else if (a->status == DNS_TROUBLE)
		doctor_find(d, DOCTOR_UNKNOWN, check,
			    S("the DNS does not answer now; try again later"), S(""));
	return a->status == DNS_BOGUS || a->status == DNS_TROUBLE;
}

bool doctor_decide(struct doctor *d, const struct dns_answers *known,
		   struct dns_question *ret)
{
	static const struct {
		bool of_host;
		bool (*run)(struct doctor *d);
	} checks[] = {
		{ true, doctor_check_addresses }, { true, doctor_check_tlsa },
		{ false, doctor_check_mx },       { false, doctor_check_spf },
		{ false, doctor_check_dkim },     { false, doctor_check_dmarc },
		{ false, doctor_check_mta_sts },  { false, doctor_check_tls_rpt },
	};
	bool of_host = d->domain.n == 0;

	arena_reset(&d->arena);
	d->count = 0;
	d->known = known;
	for (size_t i = 0; i < countof(checks); i++) {
		if (checks[i].of_host != of_host || checks[i].run(d)) continue;
		*ret = d->lacking;
		return false;
	}
	return true;
}
