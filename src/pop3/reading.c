#include "pop3/reading.h"

#include "base/container.h"
#include "store/body.h"

void reading_init(struct reading *r)
{
	buf_init(&r->bytes, JOB_SLICE_OCTETS);
}

void reading_done(struct reading *r)
{
	body_close(r->body);
	r->body = NULL;
	r->offset = 0;
	r->whole = 0;
	buf_done(&r->bytes);
}

bool reading_find(const struct reading *r, uint32_t uid, slice *ret)
{
	for (uint32_t i = 0; i < r->whole; i++) {
		size_t start = i ? r->ends[i - 1] : 0;

		if (r->uids[i] != uid) continue;
		*ret = slice_skip(slice_head(buf_slice(&r->bytes), r->ends[i]), start);
		return true;
	}
	return false;
}

bool reading_ends_with(const struct reading *r, uint32_t uid)
{
	return r->whole && r->uids[r->whole - 1] == uid;
}

bool reading_has_more(const struct reading *r)
{
	return r->body && r->offset + r->bytes.n < body_size(r->body);
}

/* --- the job --- */

static enum err read_slice(struct reading *r)
{
	buf_reset(&r->bytes);
	return body_append(r->body, r->offset, JOB_SLICE_OCTETS, &r->bytes) ? ERR_NONE
									    : ERR_LATER;
}

static bool note_email(void *context, const struct message *m)
{
	*(int64_t *)context = m->email;
	return false;
}

static enum err open_message(struct account *a, const struct reading *r, uint32_t uid,
			     struct body **ret)
{
	int64_t email = 0;
	enum err e = message_each(a, r->mailbox, uid, uid, 0, note_email, &email);

	if (!e && !email) e = ERR_NOT_FOUND;
	return e ? e : body_open(a, email, ret);
}

/* Adds the next message if it fits whole; a first one that does not becomes r->body. */
static enum err read_message(struct reading *r, struct account *a)
{
	struct body *b = NULL;
	enum err e = open_message(a, r, r->uids[r->whole], &b);

	if (e) return e;
	if (body_size(b) > r->bytes.max - r->bytes.n) {
		if (r->whole == 0) r->body = b;
		if (r->whole > 0) body_close(b);
		return r->whole ? ERR_LIMIT : ERR_NONE;
	}
	if (!body_append(b, 0, body_size(b), &r->bytes)) e = ERR_LATER;
	body_close(b);
	if (!e) r->ends[r->whole++] = r->bytes.n;
	return e;
}

/* What cannot be read ahead is left for the command that asks for it. */
enum err reading_run(struct job *j, struct account *a)
{
	struct reading *r = CONTAINER_OF(j, struct reading, job);
	enum err e = ERR_NONE;

	if (r->body) return read_slice(r);
	r->whole = 0;
	buf_reset(&r->bytes);
	while (!e && !r->body && r->whole < r->wanted)
		e = read_message(r, a);
	if (r->body) return read_slice(r);
	return r->whole ? ERR_NONE : e;
}
