#include "jmap/jmap.h"

#include "base/json_writer.h"
#include "store/document.h"
#include "store/email_view.h"
#include "store/states.h"

/* --- of each type --- */

static enum err emails(struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_EMAIL, ret);
}

static enum err threads(struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_THREAD, ret);
}

static enum err mailboxes(struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_MAILBOX, ret);
}

static enum err identities(struct account *a, uint64_t *ret)
{
	return document_state(a, DOCUMENT_IDENTITY, ret);
}

static enum err submissions(struct account *a, uint64_t *ret)
{
	return document_state(a, DOCUMENT_SUBMISSION, ret);
}

static const struct {
	slice name;
	enum err (*read)(struct account *a, uint64_t *ret);
} types[] = {
	{ SLICE_INIT("Email"), emails },
	{ SLICE_INIT("EmailDelivery"), email_arrivals }, /* RFC 8621 1.5 */
	{ SLICE_INIT("EmailSubmission"), submissions },
	{ SLICE_INIT("Identity"), identities },
	{ SLICE_INIT("Mailbox"), mailboxes },
	{ SLICE_INIT("Thread"), threads },
};

static bool is_asked_for(slice name, const slice *asked, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (slice_eq(asked[i], name)) return true;
	return !count;
}

static void write_state(struct json_writer *w, slice name, uint64_t state)
{
	struct buf text;

	buf_init(&text, 20);
	buf_add_u64(&text, state);
	json_write_key(w, name);
	json_write_string(w, buf_slice(&text));
	buf_done(&text);
}

enum err jmap_states_write(struct account *a, const slice *asked, uint32_t count,
			   struct buf *out)
{
	struct json_writer w;
	enum err e = ERR_NONE;
	uint64_t state;

	json_writer_init(&w, out);
	json_write_object_begin(&w);
	for (size_t i = 0; i < countof(types) && !e; i++) {
		if (!is_asked_for(types[i].name, asked, count)) continue;
		e = types[i].read(a, &state);
		if (!e) write_state(&w, types[i].name, state);
	}
	json_write_object_end(&w);
	return e;
}
