#include "dns/dns.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "dns/cache.h"
#include "dns/child.h"
#include "dns/name.h"

enum {
	PENDING_LIFE_MS = 60'000, /* longer than the resolver works on a question */
};

/* One question that the resolver is working on, or will when there is one. */
struct pending {
	struct dns *dns;
	struct dns_question question; /* the name lies in key */
	slice key;
	uint32_t id;
	unsigned tries;
	struct list_link unsent;  /* in the list of that name */
	struct list_link waiting; /* struct dns_query; may be empty: its answer still
				     serves the cache */
	struct timer forget;
	char room[DNS_KEY_MAX];
};

struct dns {
	struct loop *loop; /* on a thread of its own; all below belongs to it */
	struct cache *cache;
	struct dns_settings settings;
	char path[DNS_PATH_MAX + 1]; /* of settings.trust_anchors */
	struct child child;
	struct map by_question, by_id; /* struct pending */
	struct list_link unsent;       /* those that the present resolver does not have */
	struct task start;
	uint32_t last_id;
	bool stopping;
};

static const struct dns_answer trouble = { .status = DNS_TROUBLE };

/* ---- to the owner ---- */

static void deliver(struct task *t)
{
	struct dns_query *q = LIST_ENTRY(t, struct dns_query, task);
	struct dns_answer *answer = q->answer;

	q->answered(q, answer);
	free(answer);
}

/* The query's loop takes it from here, with an answer of its own. */
static void hand_over(struct dns_query *q, struct dns_answer *answer)
{
	q->answer = answer;
	q->task.run = deliver;
	loop_post(q->loop, &q->task);
}

static void answer_waiting(struct dns_query *q, const struct dns_answer *a)
{
	timer_cancel(q->dns->loop, &q->timer);
	list_remove(&q->link);
	hand_over(q, dns_answer_clone(a));
}

/* ---- pending questions ---- */

static slice id_key(const struct pending *p)
{
	return (slice){ (const char *)&p->id, sizeof(p->id) };
}

static void pending_free(struct pending *p)
{
	map_remove(&p->dns->by_question, p->key);
	map_remove(&p->dns->by_id, id_key(p));
	timer_cancel(p->dns->loop, &p->forget);
	list_remove(&p->unsent);
	free(p);
}

static void settle(struct pending *p, const struct dns_answer *a)
{
	LIST_EACH (&p->waiting, link)
		answer_waiting(LIST_ENTRY(link, struct dns_query, link), a);
	pending_free(p);
}

static void forget(struct timer *t)
{
	settle(LIST_ENTRY(t, struct pending, forget), &trouble);
}

static void set_id(struct pending *p)
{
	do
		p->id = ++p->dns->last_id;
	while (map_find(&p->dns->by_id, id_key(p)));
	map_put(&p->dns->by_id, id_key(p), p);
}

/* NULL: too many already. */
static struct pending *pending_new(struct dns *d, struct dns_question q)
{
	struct pending *p;

	if (d->by_question.count >= DNS_PENDING_MAX) return NULL;
	p = calloc(1, sizeof(*p));
	assert(p);
	p->dns = d;
	p->key = dns_question_key(q, p->room);
	p->question = (struct dns_question){ q.type, slice_skip(p->key, 2) };
	p->forget.fire = forget;
	list_init(&p->waiting);
	list_add_last(&d->unsent, &p->unsent);
	map_put(&d->by_question, p->key, p);
	set_id(p);
	timer_set(d->loop, &p->forget, loop_now_ms(d->loop) + PENDING_LIFE_MS);
	return p;
}

/* Asked too often, it may be what kills the resolver. */
static void send_question(struct pending *p)
{
	list_remove(&p->unsent);
	if (p->tries++ == DNS_TRIES || !child_ask(&p->dns->child, p->id, p->question))
		settle(p, &trouble);
}

static void send_all(struct dns *d)
{
	while (d->child.process.pid && !list_empty(&d->unsent))
		send_question(LIST_ENTRY(d->unsent.next, struct pending, unsent));
}

/* ---- the resolver ---- */

static struct dns *of_child(struct child *c)
{
	return LIST_ENTRY(c, struct dns, child);
}

static void resolver_started(struct child *c)
{
	send_all(of_child(c));
}

static void resolver_answered(struct child *c, uint32_t id, const struct dns_answer *a)
{
	struct dns *d = of_child(c);
	slice key = { (const char *)&id, sizeof(id) };
	struct pending *p = map_find(&d->by_id, key);

	if (!p) return; /* forgotten */
	cache_put(d->cache, p->question, a, loop_now_ms(d->loop));
	settle(p, a);
}

static void resolver_died(struct child *c)
{
	struct dns *d = of_child(c);
	const struct map_entry *e;
	size_t cursor = 0;

	while ((e = map_next(&d->by_id, &cursor))) {
		struct pending *p = e->value;

		list_remove(&p->unsent);
		list_add_last(&d->unsent, &p->unsent);
	}
}

/* ---- asking ---- */

static void out_of_time(struct timer *t)
{
	answer_waiting(LIST_ENTRY(t, struct dns_query, timer), &trouble);
}

static void wait_for(struct pending *p, struct dns_query *q)
{
	list_add_last(&p->waiting, &q->link);
	q->timer.fire = out_of_time;
	timer_set(p->dns->loop, &q->timer, q->deadline_ms);
}

/* On the module's loop. */
static void take_query(struct task *t)
{
	struct dns_query *q = LIST_ENTRY(t, struct dns_query, task);
	struct dns *d = q->dns;
	char room[DNS_KEY_MAX];
	struct dns_answer *known =
		cache_find(d->cache, q->question, clock_monotonic_ms());
	struct pending *p =
		map_find(&d->by_question, dns_question_key(q->question, room));

	if (!known && !p && !d->stopping) p = pending_new(d, q->question);
	if (known || !p || d->stopping) {
		hand_over(q, known ? known : dns_answer_clone(&trouble));
		return;
	}
	wait_for(p, q);
	send_all(d);
}

static bool can_exist(slice name)
{
	struct wire_name wire;

	return name_to_wire(name, &wire);
}

struct dns_answer *dns_known(struct dns *d, struct dns_question q)
{
	static const struct dns_answer no_name = { .status = DNS_NO_NAME };

	if (!can_exist(q.name)) return dns_answer_clone(&no_name);
	return cache_find(d->cache, q, clock_monotonic_ms());
}

void dns_ask(struct dns *d, struct dns_query *q)
{
	struct dns_answer *known = dns_known(d, q->question);
	int64_t latest = clock_monotonic_ms() + DNS_QUESTION_MS;

	q->dns = d;
	if (known) {
		hand_over(q, known);
		return;
	}
	if (q->deadline_ms == 0 || q->deadline_ms > latest) q->deadline_ms = latest;
	q->task.run = take_query;
	loop_post(d->loop, &q->task);
}

/* ---- life ---- */

static bool are_sound(const struct dns_settings *s, struct buf *fault)
{
	if (s->mode == DNS_TRUST_AD && s->server_count == 0)
		buf_addf(fault, "mode trust-ad needs a server to trust");
	else if (s->trust_anchors.n > DNS_PATH_MAX)
		buf_addf(fault, "the trust anchors' file name is too long");
	else
		return true;
	return false;
}

static bool copy_settings(struct dns *d, const struct dns_settings *s, struct buf *fault)
{
	if (!are_sound(s, fault)) return false;
	d->settings = *s;
	d->settings.trust_anchors.p = d->path;
	if (s->trust_anchors.n == 0) return true;
	memcpy(d->path, s->trust_anchors.p, s->trust_anchors.n);
	if (access(d->path, R_OK) == 0) return true;
	buf_addf(fault, "%s: %s", d->path, strerrordesc_np(errno));
	return false;
}

static void set_child(struct dns *d, char *const *command)
{
	static char program[] = "/proc/self/exe", verb[] = "resolver";
	static char *const usual[] = { program, verb, NULL };

	d->child.loop = d->loop;
	d->child.command = command ? command : usual;
	d->child.settings = &d->settings;
	d->child.started = resolver_started;
	d->child.answered = resolver_answered;
	d->child.died = resolver_died;
}

/* On the module's thread: the resolver dies with the thread that made it. */
static void start_child(struct task *t)
{
	child_start(&LIST_ENTRY(t, struct dns, start)->child);
}

static bool start(struct dns *d, char *const *command, struct buf *fault)
{
	d->loop = loop_new();
	if (d->loop) {
		set_child(d, command);
		d->start.run = start_child;
		loop_post(d->loop, &d->start);
		if (loop_start(d->loop)) return true;
	}
	buf_addf(fault, "no thread for the DNS: %s", strerrordesc_np(errno));
	return false;
}

struct dns *dns_new(const struct dns_settings *settings, char *const *command,
		    struct buf *fault)
{
	struct dns *d = calloc(1, sizeof(*d));

	assert(d);
	list_init(&d->unsent);
	map_init(&d->by_question, MAP_BORROWS_KEYS);
	map_init(&d->by_id, MAP_BORROWS_KEYS);
	d->cache = cache_new(CACHE_MAX);
	if (copy_settings(d, settings, fault) && start(d, command, fault)) return d;
	cache_free(d->cache);
	free(d);
	return NULL;
}

static void settle_all(struct dns *d)
{
	const struct map_entry *e;
	size_t cursor = 0;

	while ((e = map_next(&d->by_id, &cursor))) {
		settle(e->value, &trouble);
		cursor = 0;
	}
}

void dns_free(struct dns *d)
{
	if (!d) return;
	loop_stop(d->loop, 0);
	loop_join(d->loop);
	d->stopping = true;
	child_stop(&d->child);
	settle_all(d);
	loop_free(d->loop); /* takes the queries that came too late */
	map_done(&d->by_question);
	map_done(&d->by_id);
	cache_free(d->cache);
	free(d);
}
