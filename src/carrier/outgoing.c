#include "carrier/outgoing_place.h"

#include <assert.h>
#include <ifaddrs.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/random.h"
#include "server/door.h"

struct schedule outgoing_schedule(const struct outgoing_mail *o)
{
	const struct config *c = outgoing_config(o);
	struct schedule s = schedule_usual;

	if (c->queue_first_retry_s > 0) s.first_retry = c->queue_first_retry_s;
	if (c->queue_expire_s > 0) s.expire = c->queue_expire_s;
	if (s.interval_max < s.first_retry) s.interval_max = s.first_retry;
	return s;
}

uint32_t outgoing_dice(void)
{
	return (uint32_t)random_below(1ULL << 32);
}

static void job_done(struct job *, enum err)
{
	/* The ticket's `answered` comes right behind it. */
}

void outgoing_submit(struct outgoing_mail *o, struct job *j, struct ticket *t,
		     void (*answered)(struct ticket *t))
{
	j->account = JOB_QUEUE;
	j->done = job_done;
	*t = (struct ticket){ .job = j, .loop = o->loop, .answered = answered };
	actors_submit(o->server->actors, t);
}

/* ---- the end ---- */

static void leave_if_done(struct outgoing_mail *o)
{
	if (o->is_stopping && o->busy == 0) loop_leave(&o->resident);
}

void outgoing_hold(struct outgoing_mail *o)
{
	o->busy++;
}

void outgoing_release(struct outgoing_mail *o)
{
	assert(o->busy > 0);
	o->busy--;
	leave_if_done(o);
}

/* The connections are residents of their own: they say good-bye, and their couriers end.
 */
static void leave(struct resident *r, bool)
{
	struct outgoing_mail *o = CONTAINER_OF(r, struct outgoing_mail, resident);

	if (!o->is_stopping) {
		o->is_stopping = true;
		survey_stop(o->survey);
		fetches_stop(&o->fetches);
		actors_unwatch(o->server->actors, &o->watcher);
	}
	leave_if_done(o);
}

/* ---- the start ---- */

static void queue_changed(struct watcher *w)
{
	struct outgoing_mail *o = CONTAINER_OF(w, struct outgoing_mail, watcher);

	if (!o->is_stopping) survey_soon(o->survey);
}

static void queue_ended(struct watcher *)
{
	/* Said of accounts only. */
}

static void add_own(struct outgoing_mail *o, const struct netaddr *a)
{
	struct ip ip = netaddr_ip(a);

	if (ip.n == 0 || o->own_count == OWN_ADDRESSES_MAX) return;
	o->own[o->own_count++] = ip;
}

static void add_all_own(struct outgoing_mail *o)
{
	struct ifaddrs *list;

	if (getifaddrs(&list)) return;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct netaddr a = { 0 };

		if (i->ifa_addr) a = netaddr_of_sockaddr(i->ifa_addr);
		add_own(o, &a);
	}
	freeifaddrs(list);
}

/* Where mail for others would come back to us. */
static void find_own_addresses(struct outgoing_mail *o)
{
	for (unsigned i = 0; i < o->server->door_count; i++) {
		const struct door *d = &o->server->doors[i];
		const struct endpoint *e;

		if (d->kind != SERVICE_SMTP || !d->listener) continue;
		e = listener_endpoint(d->listener);
		if (e->address.port != outgoing_config(o)->delivery_port) continue;
		if (e->any)
			add_all_own(o);
		else
			add_own(o, &e->address);
	}
}

static void set_sources(struct outgoing_mail *o)
{
	const struct slice_list *sources = &outgoing_config(o)->delivery_sources;

	for (uint32_t i = 0; i < sources->count; i++) {
		struct netaddr a;

		if (!netaddr_parse(sources->items[i], &a)) continue;
		*(a.kind == NETADDR_V4 ? &o->source_v4 : &o->source_v6) = a;
	}
}

struct outgoing_mail *outgoing_new(struct server *s, struct buf *fault)
{
	const struct config *c = s->config;
	struct tls_client *tls =
		tls_client_new(c->delivery_trust.n ? c->delivery_trust.p : NULL, fault);
	struct outgoing_mail *o;

	if (!tls) return NULL;
	o = calloc(1, sizeof(*o));
	assert(o);
	*o = (struct outgoing_mail){ .server = s, .loop = s->loops[0], .tls = tls };
	fetches_init(&o->fetches, o->loop, NULL);
	list_init(&o->due);
	set_sources(o);
	find_own_addresses(o);
	o->resident.leave = leave;
	loop_enter(o->loop, &o->resident);
	o->survey = survey_new(o);
	o->watcher = (struct watcher){ .account = JOB_QUEUE,
				       .loop = o->loop,
				       .changed = queue_changed,
				       .ended = queue_ended };
	actors_watch(s->actors, &o->watcher);
	survey_soon(o->survey);
	return o;
}

void outgoing_free(struct outgoing_mail *o)
{
	if (!o) return;
	places_free(o);
	survey_free(o->survey);
	tls_client_free(o->tls);
	free(o);
}
