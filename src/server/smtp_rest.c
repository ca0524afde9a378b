/* Once the mailboxes have answered: what the queue has to do for recipients of ours. */
#include "server/smtp_state.h"

bool smtp_is_partly_stored(const struct smtp_session *m)
{
	bool is_stored = false, has_failed = false;

	if (m->config.lmtp || m->arrival.into_junk) return false;
	for (const struct recipient *r = m->first; r; r = r->next)
		for (uint32_t i = 0; i < r->target_count; i++) {
			const struct arrival_target *t = r->targets[i];

			if (!arrival_target_outcome(t))
				is_stored = true;
			else if (arrival_target_is_remote(t))
				return false;
			else
				has_failed = true;
		}
	return is_stored && has_failed;
}

static uint32_t count_failed(const struct recipient *r)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->target_count; i++)
		if (arrival_target_outcome(r->targets[i])) n++;
	return n;
}

/* Where SMTP has but one reply, a failure makes the sender bring it again for all. */
static bool owes_report(const struct smtp_session *m, const struct recipient *r)
{
	bool is_final = m->config.lmtp || m->is_split || !m->arrival.outcome;

	return is_final && r->is_local && m->mail.reverse_path.n &&
	       r->notify & DSN_SUCCESS && count_failed(r) == 0;
}

static struct queue_target reported(const struct smtp_session *m,
				    const struct recipient *r)
{
	return (struct queue_target){ .destination = m->s.config->hostname,
				      .address = r->address,
				      .original = r->original,
				      .notify = r->notify,
				      .is_delivered = true };
}

/* By the account's own address: others that an alias stands for may have it. */
static bool try_again(struct smtp_session *m, const struct recipient *r,
		      const struct arrival_target *t, struct queue_target *ret)
{
	const struct directory *d = directory_get(m->s.server->store);
	struct account_view account;
	slice address = r->address;
	struct buf destination;
	bool fits;

	if (directory_find_account_by_id(d, arrival_target_account(t), &account))
		address = account.address;
	buf_init(&destination, ADDRESS_MAX);
	queue_destination_of(address, &destination);
	*ret = (struct queue_target){ .original = r->original, .notify = r->notify };
	fits = arena_copy(&m->arena, address, &ret->address) &&
	       arena_copy(&m->arena, buf_slice(&destination), &ret->destination);
	buf_done(&destination);
	directory_put(d);
	return fits;
}

/* Adds what there is to do for one recipient; false: no room. */
static bool add_rest(struct smtp_session *m, const struct recipient *r,
		     struct queue_target *list, uint32_t *n)
{
	if (owes_report(m, r)) list[(*n)++] = reported(m, r);
	for (uint32_t i = 0; m->is_split && i < r->target_count; i++) {
		if (!arrival_target_outcome(r->targets[i])) continue;
		if (!try_again(m, r, r->targets[i], &list[(*n)++])) return false;
	}
	return true;
}

bool smtp_tell_queue(struct smtp_session *m)
{
	struct queue_target *list;
	uint32_t most = 1, n = 0;
	bool fits;

	for (const struct recipient *r = m->first; r; r = r->next)
		most += 1 + count_failed(r);
	list = arena_alloc_array(&m->arena, most, sizeof(*list));
	fits = list;
	for (const struct recipient *r = m->first; fits && r; r = r->next)
		fits = add_rest(m, r, list, &n);
	m->arrival.telling = fits ? ERR_NONE : ERR_LATER;
	return fits && n && arrival_tell(&m->arrival, list, n);
}
