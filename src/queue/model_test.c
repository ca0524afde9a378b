/*
 * The queue beside a model of it: whatever is done in whatever order, both say who waits
 * where until when, and every invariant of check.h holds after each commit.
 */
#include <stdlib.h>

#include "queue/fixture_test.h"

enum { PEOPLE = 600, MESSAGES = 200, STEPS = 700, PLACES = 3 };

static const char *const places[PLACES] = { "x", "y", "z" };

struct person {
	int64_t message;
	uint32_t number;
	int place;
	enum recipient_state state;
	enum report owed;
	uint32_t attempts;
	int64_t next_attempt, start;
	bool late, gone;
};

struct model {
	struct fixture f;
	struct person people[PEOPLE];
	int count;
	int64_t messages, now;
	unsigned seed;
};

static unsigned dice(struct model *m, unsigned sides)
{
	return (unsigned)rand_r(&m->seed) % sides;
}

static struct person *any(struct model *m)
{
	return m->count ? &m->people[dice(m, (unsigned)m->count)] : NULL;
}

/* Nobody waits, nothing is owed: the message has left. */
static void drop_done(struct model *m, int64_t message)
{
	for (int i = 0; i < m->count; i++)
		if (m->people[i].message == message &&
		    (m->people[i].state < RECIPIENT_DELIVERED || m->people[i].owed))
			return;
	for (int i = 0; i < m->count; i++)
		if (m->people[i].message == message) m->people[i].gone = true;
}

/* --- what is done, to both --- */

static void put(struct model *m)
{
	static const char *const lists[] = { "a@x", "a@x b@y", "a@z b@z c@x", "a@y" };
	const char *list = lists[dice(m, countof(lists))];
	uint32_t number = 0;

	if (m->messages == MESSAGES || m->count + 3 > PEOPLE) return;
	m->messages = fixture_put(&m->f, list, m->now);
	for (const char *p = list; *p; p++) {
		if (*p != '@') continue;
		m->people[m->count++] = (struct person){
			.message = m->messages,
			.number = number,
			.place = p[1] - 'x',
			.next_attempt = m->now,
			.start = m->now,
		};
		number++;
	}
}

static void defer(struct person *p, int64_t now)
{
	p->attempts++;
	if (schedule_is_over(&schedule_usual, p->start, now)) {
		p->state = RECIPIENT_EXPIRED;
		p->owed = REPORT_FAILED;
		return;
	}
	p->state = RECIPIENT_QUEUED;
	p->next_attempt = schedule_next(&schedule_usual, p->start, p->attempts, now, 0);
	if (p->late || !schedule_is_late(&schedule_usual, p->start, now)) return;
	p->late = true;
	p->owed = REPORT_DELAYED;
}

static void try(struct model *m)
{
	struct person *p = any(m);
	enum attempt_outcome outcome = (enum attempt_outcome)dice(m, 4);

	if (!p || p->gone || p->state != RECIPIENT_QUEUED) return;
	fixture_try(&m->f, p->message, p->number, m->now, outcome);
	if (outcome == ATTEMPT_DEFERRED) defer(p, m->now);
	if (outcome == ATTEMPT_DELIVERED) {
		p->state = RECIPIENT_DELIVERED;
		p->owed = REPORT_NONE;
	}
	if (outcome == ATTEMPT_REFUSED) {
		p->state = RECIPIENT_FAILED;
		p->owed = REPORT_FAILED;
	}
	drop_done(m, p->message);
}

typedef enum err changer(struct queue *q, int64_t message, int64_t now);

static enum err hold(struct queue *q, int64_t message, int64_t)
{
	return queue_hold_message(q, message);
}

static enum err delete (struct queue *q, int64_t message, int64_t) {
	return queue_delete_message(q, message);
}

static bool matters(const struct person *p, const struct person *chosen,
		    enum recipient_state state)
{
	return p->message == chosen->message && p->state == state;
}

static void change(struct model *m, changer *run, enum recipient_state from,
		   enum recipient_state to)
{
	struct person *chosen = any(m);

	if (!chosen) return;
	fixture_begin(&m->f);
	CHECK_INT(run(m->f.queue, chosen->message, m->now),
		  chosen->gone ? ERR_NOT_FOUND : ERR_NONE);
	fixture_commit(&m->f);
	for (int i = 0; i < m->count && !chosen->gone; i++) {
		struct person *p = &m->people[i];

		if (!matters(p, chosen, from)) continue;
		if (run != hold) p->next_attempt = m->now;
		p->state = to;
	}
}

static void remove_one(struct model *m)
{
	struct person *chosen = any(m);

	if (!chosen || chosen->gone || dice(m, 4)) return;
	fixture_begin(&m->f);
	CHECK_INT(delete (m->f.queue, chosen->message, 0), ERR_NONE);
	fixture_commit(&m->f);
	for (int i = 0; i < m->count; i++)
		if (m->people[i].message == chosen->message) m->people[i].gone = true;
}

/* Without a time before which the place is shut, so that the due ones are the model's. */
static void lose_place(struct model *m)
{
	const struct attempt a = { .outcome = ATTEMPT_DEFERRED,
				   .now = m->now,
				   .schedule = &schedule_usual };
	int place = (int)dice(m, PLACES);
	uint32_t count = 0;

	fixture_begin(&m->f);
	CHECK_INT(queue_unreachable(m->f.queue, slice_of(places[place]), &a, 0, PEOPLE,
				    &count),
		  ERR_NONE);
	fixture_commit(&m->f);
	for (int i = 0; i < m->count; i++) {
		struct person *p = &m->people[i];

		if (p->gone || p->place != place || p->state != RECIPIENT_QUEUED ||
		    p->next_attempt > m->now)
			continue;
		defer(p, m->now);
		count--;
	}
	CHECK_INT(count, 0);
}

/* The reports themselves go into the queue, and out of it again. */
static void report(struct model *m)
{
	int64_t before = m->messages;
	int made = fixture_make_reports(&m->f, m->now);

	fixture_begin(&m->f);
	for (int i = 1; i <= made; i++)
		CHECK_INT(queue_delete_message(m->f.queue, before + i), ERR_NONE);
	fixture_commit(&m->f);
	m->messages += made;
	for (int i = 0; i < m->count; i++)
		m->people[i].owed = REPORT_NONE;
	for (int i = 0; i < m->count; i++)
		drop_done(m, m->people[i].message);
}

static void step(struct model *m)
{
	m->now += dice(m, 2000);
	switch (dice(m, 12)) {
	case 0:
		change(m, hold, RECIPIENT_QUEUED, RECIPIENT_HELD);
		break;
	case 1:
		change(m, queue_release_message, RECIPIENT_HELD, RECIPIENT_QUEUED);
		break;
	case 2:
		change(m, queue_retry_message, RECIPIENT_QUEUED, RECIPIENT_QUEUED);
		break;
	case 3:
		remove_one(m);
		break;
	case 4:
		lose_place(m);
		break;
	case 5:
		report(m);
		break;
	case 6:
		fixture_reopen(&m->f);
		break;
	case 7:
	case 8:
		put(m);
		break;
	default:
		try(m);
	}
}

/* --- both say the same --- */

static void compare_states(struct model *m)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < m->count; i++) {
		const struct person *p = &m->people[i];

		if (p->gone) continue;
		buf_addf(&b, "%s%lld.%u=%.*s", b.n ? " " : "", (long long)p->message,
			 p->number, FMT(recipient_state_name(p->state)));
		if (p->owed) buf_addf(&b, "!%d", p->owed);
	}
	CHECK_SLICE(fixture_states(&m->f), buf_slice(&b));
	buf_done(&b);
}

static void compare_next(struct model *m)
{
	int64_t next, first = INT64_MAX;

	for (int i = 0; i < m->count; i++) {
		const struct person *p = &m->people[i];

		if (!p->gone && p->state == RECIPIENT_QUEUED && p->next_attempt < first)
			first = p->next_attempt;
	}
	CHECK_INT(queue_next_time(m->f.queue, &next), ERR_NONE);
	CHECK_INT(next, first);
}

TEST(queue_is_as_its_model)
{
	struct model *m = calloc(1, sizeof(*m));

	CHECK(m);
	*m = (struct model){ .seed = 11, .now = 1'000'000 };
	fixture_init(&m->f);
	for (int i = 0; i < STEPS; i++) {
		step(m);
		compare_states(m);
		compare_next(m);
		arena_reset(&m->f.arena);
	}
	fixture_done(&m->f);
	free(m);
}
