#include "imap/append_make.h"

static enum err gather(const struct append_message *m, const struct incoming *spool,
		       struct incoming *to)
{
	enum err e = ERR_NONE;

	for (const struct append_part *p = m->parts; p && !e; p = p->next)
		e = incoming_add_from(to, spool, p->start, p->size);
	return e;
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
	return e ? e : incoming_finish(m->made);
}
