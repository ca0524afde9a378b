#include "server/smtp_room.h"

#include "base/container.h"
#include "store/quota.h"

static const struct smtp_reply full = { 452, SLICE_INIT("4.2.2"),
					SLICE_INIT("The mailbox is full") };
static const struct smtp_reply too_big = {
	552, SLICE_INIT("5.2.2"), SLICE_INIT("The message is larger than the mailbox")
};

const struct smtp_reply *smtp_room_refusal(struct store *s, int64_t account,
					   uint64_t size)
{
	struct quota limits = quota_limits(s, account);

	return limits.storage >= 0 && size > (uint64_t)limits.storage ? &too_big : &full;
}

static enum err check(struct job *j, struct account *a)
{
	const struct smtp_room *r = CONTAINER_OF(j, struct smtp_room, job);

	return quota_check(a, r->size ? r->size : 1, 1);
}

static bool has_limits(const struct smtp_room *r)
{
	struct quota limits = quota_limits(r->s->server->store, r->accounts[r->at]);

	return limits.storage != QUOTA_NONE || limits.messages != QUOTA_NONE;
}

static void ask_next(struct smtp_room *r)
{
	while (r->at < r->count && !has_limits(r))
		r->at++;
	if (r->at == r->count) {
		r->finished(r, NULL);
		return;
	}
	r->s->is_kept = true;
	r->job.account = r->accounts[r->at];
	actors_submit(r->s->server->actors, &r->ticket);
}

/* Our own trouble is for the final dot to find. */
static void checked(struct job *j, enum err outcome)
{
	struct smtp_room *r = CONTAINER_OF(j, struct smtp_room, job);

	if (!r->s->conn)
		session_release(r->s);
	else if (outcome == ERR_LIMIT)
		r->finished(r, smtp_room_refusal(r->s->server->store, r->accounts[r->at],
						 r->size));
	else {
		r->at++;
		ask_next(r);
	}
}

void smtp_room_ask(struct smtp_room *r, const int64_t *accounts, uint32_t count)
{
	r->accounts = accounts;
	r->count = count;
	r->at = 0;
	r->job = (struct job){ .level = JOB_READS, .run = check, .done = checked };
	r->ticket = (struct ticket){ .job = &r->job, .loop = r->s->loop };
	ask_next(r);
}
