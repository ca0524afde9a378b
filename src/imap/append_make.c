#include "imap/append_make.h"

#include "imap/append_binary.h"
#include "imap/catenate.h"

/* One message that is being made. */
struct making {
	struct append_source *source;
	struct append_message *message;
	struct account *account;
	const struct names *names;
	struct append_fault *fault;
};

static enum err add_url(const struct making *x, slice url)
{
	enum err e =
		catenate_url(x->account, x->names, url, x->source->max, x->message->made);

	if (e == ERR_NOT_FOUND) x->fault->url = url;
	if (e == ERR_LIMIT) x->fault->is_large = true;
	return e;
}

static enum err gather(const struct making *x)
{
	struct append_message *m = x->message;
	enum err e = ERR_NONE;

	for (const struct append_part *p = m->parts; p && !e; p = p->next)
		e = p->url.p ? add_url(x, p->url)
			     : incoming_add_from(m->made, x->source->spool, p->start,
						 p->size);
	if (e || incoming_size(m->made)) return e;
	x->fault->is_empty = true;
	return ERR_MALFORMED;
}

static enum err encode_nul(struct append_message *m)
{
	struct incoming *encoded;
	enum err e;

	if (!m->is_binary || !incoming_mime(m->made)->has_nul) return ERR_NONE;
	e = append_encode_binary(m->made, &encoded);
	if (e) return e;
	incoming_free(m->made);
	m->made = encoded;
	return ERR_NONE;
}

static enum err make(const struct making *x)
{
	struct append_source *s = x->source;
	struct append_message *m = x->message;

	if (s->list.part_count == 1 && m->size) {
		m->made = s->spool;
		s->spool = NULL;
		return ERR_NONE;
	}
	m->made = incoming_new_like(s->spool);
	return gather(x);
}

enum err append_make(struct append_source *s, struct append_message *m, struct account *a,
		     const struct names *names, struct append_fault *ret_fault)
{
	const struct making x = { s, m, a, names, ret_fault };
	enum err e;

	if (m->made || (m->has_url && !a)) return ERR_NONE;
	e = make(&x);
	if (!e) e = incoming_finish(m->made);
	return e ? e : encode_nul(m);
}
