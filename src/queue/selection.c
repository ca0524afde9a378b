#include "queue/selection.h"

static slice domain_of(slice address)
{
	slice rest = address;

	/* A quoted local part may hold an @: the last one counts. */
	for (size_t i = address.n; i > 0; i--)
		if (address.p[i - 1] == '@') return slice_skip(rest, i);
	return slice_skip(rest, rest.n);
}

static bool fits_address(slice wanted, slice address)
{
	if (wanted.n == 0) return true;
	if (slice_eq(wanted, S("<>"))) return address.n == 0;
	if (wanted.p[0] == '@')
		return slice_eq_nocase(slice_skip(wanted, 1), domain_of(address));
	return slice_eq_nocase(wanted, address);
}

bool selection_names(slice id, const struct queue_message *m)
{
	slice rest = id;
	uint64_t number;

	if (take_u64(&rest, &number) && rest.n == 0 && (int64_t)number == m->id)
		return true;
	return id.n && slice_eq_nocase(id, m->envelope.trace_id);
}

bool selection_has_message(const struct queue_selection *s, const struct queue_message *m)
{
	bool named = s->id_count == 0;

	for (uint32_t i = 0; i < s->id_count && !named; i++)
		named = selection_names(s->ids[i], m);
	return named && fits_address(s->sender, m->envelope.reverse_path);
}

bool selection_has_recipient(const struct queue_selection *s,
			     const struct queue_recipient *r)
{
	slice address = r->target.address;

	if (!fits_address(s->recipient, address)) return false;
	return s->domain.n == 0 || slice_eq_nocase(s->domain, domain_of(address)) ||
	       slice_eq_nocase(s->domain, r->target.destination);
}

bool selection_is_whole(const struct queue_selection *s)
{
	return s->recipient.n == 0 && s->domain.n == 0;
}
