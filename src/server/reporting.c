#include "server/reporting_private.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/date.h"
#include "base/log.h"
#include "base/random.h"
#include "report/received.h"

/*
 *   RESTING --first entry--> WAITING --a second--> WRITING --> RESTING
 *
 * On the first loop, but for ledger_add and the writing itself. When reports are due is a
 * timer of its own.
 */

enum {
	WRITE_AFTER_MS = 1000,
	LOOK_AFTER_S = 60, /* of the start, unless the period is shorter */
	SPREAD = 24,       /* a report comes within that part of its period late */
	READ_ARENA_MAX = 32 * 1024 * 1024,
};

struct ledger *reporting_ledger(struct reporting *r)
{
	return r->ledger;
}

int64_t reporting_interval(const struct config *c)
{
	return c->reports_interval_s > 0 ? c->reports_interval_s : DAY_SECONDS;
}

/* Of the domain above the host's name that is configured, so that it can be signed for.
 */
static slice own_domain(const struct config *c)
{
	slice name = c->hostname, label;

	while (!config_find_domain(c, name))
		if (!take_until(&name, '.', &label)) return c->hostname;
	return name;
}

void reporting_from(const struct config *c, struct buf *address)
{
	if (c->reports_from.n)
		buf_add(address, c->reports_from);
	else
		buf_addf(address, "postmaster@%.*s", FMT(own_domain(c)));
}

slice reporting_submitter(slice from)
{
	return slice_skip(from, slice_find_char(from, '@') + 1);
}

/* ---- writing ---- */

static void write_entries(struct work *w)
{
	/* What failed is logged there, and nobody waits for it. */
	(void)!ledger_write(CONTAINER_OF(w, struct reporting, write)->ledger);
}

static void wait_to_write(struct reporting *r)
{
	struct loop *l = r->server->loops[0];

	if (r->is_writing || timer_is_set(&r->write_timer) || loop_is_stopping(l)) return;
	timer_set(l, &r->write_timer, loop_now_ms(l) + WRITE_AFTER_MS);
}

static void written(struct work *w)
{
	struct reporting *r = CONTAINER_OF(w, struct reporting, write);

	r->is_writing = false;
	if (ledger_waiting(r->ledger)) wait_to_write(r);
}

static void write_timer_fired(struct timer *t)
{
	struct reporting *r = CONTAINER_OF(t, struct reporting, write_timer);

	r->is_writing = true;
	r->write = (struct work){ .run = write_entries,
				  .done = written,
				  .loop = r->server->loops[0] };
	workers_submit(r->server->workers, WORK_LONG, &r->write);
}

static void begin(struct task *t)
{
	wait_to_write(CONTAINER_OF(t, struct reporting, begin));
}

/* ---- when reports are due ---- */

/* Soon after the period's end, but not all servers of the world at once (RFC 8460 4.1).
 */
static void wait_until_due(struct reporting *r)
{
	int64_t interval = reporting_interval(r->server->config);
	int64_t late = (int64_t)random_below((uint64_t)(interval / SPREAD + 1));
	int64_t wait_s = interval - clock_now() % interval + 1 + late;
	struct loop *l = r->server->loops[0];

	if (loop_is_stopping(l)) return;
	timer_set(l, &r->due_timer, loop_now_ms(l) + wait_s * 1000);
}

static void due_timer_fired(struct timer *t)
{
	struct reporting *r = CONTAINER_OF(t, struct reporting, due_timer);

	if (!r->server->config->reports_send) {
		wait_until_due(r);
		return;
	}
	r->is_busy = true;
	reporting_send_due(r);
}

void reporting_rested(struct reporting *r, bool is_later)
{
	struct loop *l = r->server->loops[0];

	r->is_busy = false;
	if (r->is_stopping) {
		loop_leave(&r->resident);
		return;
	}
	if (is_later)
		timer_set(l, &r->due_timer, loop_now_ms(l) + REPORT_RETRY_S * 1000);
	else
		wait_until_due(r);
}

/* ---- reports that come ---- */

bool reporting_reads(const struct config *c, slice address)
{
	for (uint32_t i = 0; i < c->reports_addresses.count; i++)
		if (slice_eq_nocase(c->reports_addresses.items[i], address)) return true;
	return false;
}

static bool read_octets(void *source, uint64_t offset, char *into, size_t n)
{
	return incoming_read(source, offset, into, n);
}

static void log_received(const struct ledger_received *r, enum err e)
{
	if (!e)
		log_event(LOG_INFO, "report.received",
			  LOG_STR("kind", report_kind_name(r->kind)),
			  LOG_STR("domain", r->domain), LOG_STR("reporter", r->reporter),
			  LOG_STR("report", r->name));
	else if (e != ERR_NOT_FOUND)
		log_event(LOG_WARNING, "report.not-read", LOG_ERR("why", e));
}

void reporting_read(struct server *s, const struct incoming *message, bool is_signed,
		    int64_t now)
{
	int64_t keep_s = s->config->reports_keep_days * DAY_SECONDS;
	struct ledger_received got = { .kind = REPORT_DMARC };
	struct arena arena;
	struct buf json;
	enum err e;

	if (!s->reporting) return;
	arena_init(&arena, READ_ARENA_MAX);
	buf_init(&json, RECEIVED_JSON_MAX);
	e = received_find(incoming_mime(message), read_octets, (void *)(uintptr_t)message,
			  now, &arena, &json, &got);
	if (!e && got.kind == REPORT_TLS && !is_signed) e = ERR_DENIED;
	if (!e) e = ledger_keep(s->reporting->ledger, &got, now - keep_s);
	log_received(&got, e);
	buf_done(&json);
	arena_done(&arena);
}

/* ---- beginning and end ---- */

static void leave(struct resident *resident, bool)
{
	struct reporting *r = CONTAINER_OF(resident, struct reporting, resident);

	if (!r->is_stopping) {
		r->is_stopping = true;
		fetches_stop(&r->fetches);
		timer_cancel(r->server->loops[0], &r->due_timer);
		timer_cancel(r->server->loops[0], &r->write_timer);
	}
	if (!r->is_busy) loop_leave(&r->resident);
}

struct reporting *reporting_new(struct server *s)
{
	struct reporting *r;

	if (s->is_sandbox) return NULL;
	r = calloc(1, sizeof(*r));
	assert(r);
	*r = (struct reporting){ .server = s,
				 .begin.run = begin,
				 .write_timer.fire = write_timer_fired,
				 .due_timer.fire = due_timer_fired,
				 .resident.leave = leave };
	if (!ledger_open(s->store, &r->ledger)) return r;
	log_event(LOG_ERROR, "reports.not-kept");
	free(r);
	return NULL;
}

void reporting_start(struct reporting *r)
{
	struct loop *l;
	int64_t wait_s;

	if (!r) return;
	l = r->server->loops[0];
	wait_s = reporting_interval(r->server->config);
	if (wait_s > LOOK_AFTER_S) wait_s = LOOK_AFTER_S;
	fetches_init(&r->fetches, l, NULL);
	loop_enter(l, &r->resident);
	/* What became due while no server was running does not wait for midnight. */
	timer_set(l, &r->due_timer, loop_now_ms(l) + wait_s * 1000);
}

void reporting_free(struct reporting *r)
{
	if (!r) return;
	if (ledger_waiting(r->ledger)) (void)!ledger_write(r->ledger);
	ledger_close(r->ledger);
	free(r);
}
