#include "imap/append_make.h"

#include "imap/append_binary.h"

static enum err gather(const struct append_message *m, const struct incoming *spool,
		       struct incoming *to)
{
	enum err e = ERR_NONE;

	for (const struct append_part *p = m->parts; p && !e; p = p->next)
		e = incoming_add_from(to, spool, p->start, p->size);
	return e;
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

enum err append_make(const struct append_list *l, struct append_message *m,
		     struct incoming **spool)
{
	enum err e = ERR_NONE;

	if (m->made) return ERR_NONE;
	if (l->part_count == 1) {
		m->made = *spool;
		*spool = NULL;
	} else {
		m->made = incoming_new_like(*spool);
		e = gather(m, *spool, m->made);
	}
	if (!e) e = incoming_finish(m->made);
	return e ? e : encode_nul(m);
}
