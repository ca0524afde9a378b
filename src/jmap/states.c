/* The states of all types, for who is told of changes (RFC 8620 7.1, RFC 8621 1.5). */
#include <inttypes.h>

#include "jmap/jmap.h"
#include "store/document.h"
#include "store/states.h"

static enum err state_of_document(struct account *a, int kind, uint64_t *ret)
{
	return document_state(a, (enum document_kind)kind, ret);
}

static enum err state_of_mail(struct account *a, int kind, uint64_t *ret)
{
	return state_now(a, (enum state_kind)kind, ret);
}

static enum err state_of_delivery(struct account *a, int, uint64_t *ret)
{
	return state_of_arrivals(a, ret);
}

static const struct type {
	slice name;
	int kind;
	enum err (*state)(struct account *a, int kind, uint64_t *ret);
} types[] = {
	{ SLICE_INIT("Email"), STATE_EMAIL, state_of_mail },
	{ SLICE_INIT("EmailDelivery"), 0, state_of_delivery },
	{ SLICE_INIT("EmailSubmission"), DOCUMENT_SUBMISSION, state_of_document },
	{ SLICE_INIT("Identity"), DOCUMENT_IDENTITY, state_of_document },
	{ SLICE_INIT("Mailbox"), STATE_MAILBOX, state_of_mail },
	{ SLICE_INIT("Thread"), STATE_THREAD, state_of_mail },
};

static bool is_wanted(slice name, const slice *wanted, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (slice_eq(wanted[i], name)) return true;
	return count == 0;
}

enum err jmap_states_write(struct account *a, const slice *wanted, uint32_t count,
			   struct buf *out)
{
	char before = '{';
	uint64_t state;
	enum err e = ERR_NONE;

	for (size_t i = 0; !e && i < countof(types); i++) {
		if (!is_wanted(types[i].name, wanted, count)) continue;
		e = types[i].state(a, types[i].kind, &state);
		if (!e)
			buf_addf(out, "%c\"%.*s\":\"%" PRIu64 "\"", before,
				 FMT(types[i].name), state);
		before = ',';
	}
	if (!e) buf_add(out, before == '{' ? S("{}") : S("}"));
	return e;
}
