/*
 * spf_evaluation.h - one run of check_host(), between spf_check.c and spf_mechanism.c
 *
 * An include is evaluated in a frame of its own above the record that has it, a redirect
 * replaces the record of its frame. Each of them counts as a look-up, so the frames are
 * bounded, and nothing recurses.
 *
 * A run stops (SPF_STOP) when it lacks an answer, then lacking.name.p is set, or when
 * an error ends it, then the verdict has its result.
 */
#pragma once

#include "mailauth/reverse.h"
#include "mailauth/spf_macro.h"
#include "mailauth/spf_record.h"

struct spf_frame {
	slice domain;
	struct spf_record record;
	slice terms;                  /* those not evaluated yet */
	struct spf_directive include; /* that the frame above is there for */
};

struct spf_evaluation {
	const struct dns_answers *known;
	struct arena *arena;
	struct spf_facts facts; /* domain is that of the top frame */
	struct spf_frame frames[SPF_LOOKUPS_MAX + 1];
	struct spf_frame *top;
	unsigned lookups, voids;
	bool has_reverse; /* the PTR look-up was counted */
	struct spf_verdict verdict;
	struct dns_question lacking;
};

enum spf_outcome {
	SPF_NO_MATCH,
	SPF_MATCH,
	SPF_ENTER, /* an include: a frame for *ret_domain comes on top */
	SPF_STOP,
};

/* Ends the run with an error; always SPF_STOP. */
enum spf_outcome spf_stop(struct spf_evaluation *e, enum spf_result result, slice problem,
			  slice culprit);
/* The answer, or NULL after stopping for want of it or because of trouble. */
const struct dns_answer *spf_ask(struct spf_evaluation *e, enum dns_type type,
				 slice name);
/* Counts a term that asks the DNS; false after stopping at the limit. */
bool spf_count_lookup(struct spf_evaluation *e);
/* The name that a domain-spec stands for in the top frame, which is its domain for an
 * empty one. It may be no valid name. False after stopping. */
bool spf_target(struct spf_evaluation *e, slice domain_spec, slice *ret);
/* Finds what %{p} stands for, where text uses it. False after stopping. */
bool spf_find_validated(struct spf_evaluation *e, slice text);

/* Evaluates one directive of the top frame. */
enum spf_outcome spf_directive_match(struct spf_evaluation *e,
				     const struct spf_directive *d, slice *ret_domain);
