#include <assert.h>
#include <stdlib.h>

#include "jmap/arguments.h"
#include "jmap/call_private.h"

enum { DETAIL_MAX = 300 };

static void answer_with(struct jmap_request *r, json_t *problem)
{
	char *text = json_dumps(problem, JSON_COMPACT);

	assert(text);
	r->status = (unsigned)json_integer_value(json_object_get(problem, "status"));
	buf_add(&r->answer, slice_of(text));
	free(text);
	json_decref(problem);
}

/* All have 400: the request is what is at fault (RFC 8620 3.6.1.1). detail may have
 * octets of the request. */
static json_t *problem(const char *type, slice detail)
{
	return json_pack("{s:s+, s:i, s:o}", "type", "urn:ietf:params:jmap:error:", type,
			 "status", 400, "detail", json_slice(detail));
}

void problem_not_json(struct jmap_request *r, const char *detail)
{
	answer_with(r, problem("notJSON", slice_of(detail)));
}

void problem_not_request(struct jmap_request *r, const char *detail)
{
	answer_with(r, problem("notRequest", slice_of(detail)));
}

void problem_unknown_capability(struct jmap_request *r, const char *capability)
{
	struct buf detail;

	buf_init(&detail, DETAIL_MAX);
	buf_addf(&detail, "There is no capability \"%.200s\" here", capability);
	answer_with(r, problem("unknownCapability", buf_slice(&detail)));
	buf_done(&detail);
}

void problem_limit(struct jmap_request *r, const char *limit)
{
	json_t *p = problem("limit", S("The request asks for more than one may"));

	json_object_set_new(p, "limit", json_string(limit));
	answer_with(r, p);
}
