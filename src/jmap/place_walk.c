#include "jmap/place_walk.h"

#include "jmap/slice_clock.h"

struct walking {
	struct place_walk *walk;
	struct slice_clock clock;
};

static void see(struct place_walk *w, uint32_t email, const struct email_place *p)
{
	if (!(p->flags & FLAG_DELETED)) w->see(w->context, email, p);
}

/* --- one email after the other --- */

static bool see_place(void *context, int64_t, const struct email_place *p)
{
	struct place_walk *w = context;

	if (!w->only_in || p->mailbox == w->only_in) see(w, w->email, p);
	return true;
}

static uint32_t next_email(const struct place_walk *w, uint32_t from)
{
	return w->among ? bits_next(w->among, from) : from;
}

static enum err look_up(struct walking *g, struct account *a)
{
	struct place_walk *w = g->walk;
	enum err e = ERR_NONE;

	w->email = next_email(w, w->email);
	while (!e && !g->clock.is_late && w->email < w->roster->count) {
		e = email_places_each(a, w->roster->ids[w->email], see_place, w);
		w->email = next_email(w, w->email + 1);
		slice_goes_on(&g->clock);
	}
	if (w->email >= w->roster->count) g->clock.is_late = false;
	return e;
}

/* --- one mailbox after the other --- */

static bool see_message(void *context, int64_t id, const struct email_place *p)
{
	struct walking *g = context;
	struct place_walk *w = g->walk;
	uint32_t email = roster_rank(w->roster, id);

	w->uid = p->uid + 1;
	if (email < w->roster->count && (!w->among || bits_has(w->among, email)))
		see(w, email, p);
	return slice_goes_on(&g->clock);
}

static enum err scan(struct walking *g, struct account *a, int64_t mailbox)
{
	struct place_walk *w = g->walk;

	if (!w->uid) return ERR_NONE; /* behind the last there can be */
	return email_places_in(a, mailbox, w->uid, see_message, g);
}

static enum err scan_all(struct walking *g, struct account *a)
{
	struct place_walk *w = g->walk;
	enum err e = ERR_NONE;

	if (w->only_in) return scan(g, a, w->only_in);
	while (!e && w->mailbox < w->roster->mailbox_count) {
		e = scan(g, a, w->roster->mailboxes[w->mailbox].id);
		if (g->clock.is_late) return e;
		w->mailbox++;
		w->uid = 1;
	}
	return e;
}

enum err place_walk_run(struct place_walk *w, struct account *a, int64_t until_ms,
			bool *ret_done)
{
	struct walking g = { .walk = w, .clock.until_ms = until_ms };
	enum err e;

	if (!w->has_begun) {
		w->has_begun = true;
		w->looks_up = roster_prefers_lookups(
			w->roster, w->among ? bits_members(w->among) : w->roster->count);
		w->uid = 1;
	}
	e = w->looks_up ? look_up(&g, a) : scan_all(&g, a);
	*ret_done = !g.clock.is_late;
	return e;
}
