#include "operator/running.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "carrier/outgoing.h"
#include "config/secret_file.h"
#include "operator/dns_config.h"
#include "operator/notify.h"
#include "operator/privilege.h"
#include "operator/tls_config.h"
#include "server/door.h"
#include "server/greylist.h"
#include "server/indexing.h"
#include "server/push.h"
#include "server/reporting.h"
#include "server/tracing.h"
#include "store/quota.h"

enum { FAULT_MAX = 64 * 1024, SELF_SIGNED_DAYS = 3650, SHUTDOWN_GRACE_MS = 5000 };

struct old_config {
	struct old_config *next;
	const struct config *config;
};

/* Every account that is open takes two descriptors, every connection one. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit)) return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static bool make_loops(struct server *s, struct buf *fault)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (cores < 1) cores = 1;
	while (s->loop_count < (unsigned)cores && s->loop_count < LOOPS_MAX) {
		s->loops[s->loop_count] = loop_new();
		if (!s->loops[s->loop_count]) {
			buf_add(fault, S("cannot make an event loop: out of descriptors; "
					 "raise the limit of open files"));
			return false;
		}
		s->loop_count++;
	}
	return true;
}

/* A sandbox's certificate is of the moment: nobody is asked to trust it. */
static bool load_passing_tls(struct tls *t, struct buf *fault)
{
	const slice names[] = { S("localhost"), S("127.0.0.1"), S("::1") };
	struct buf certificate, key;
	bool good;

	buf_init(&certificate, TLS_FILE_MAX);
	buf_init(&key, TLS_FILE_MAX);
	good = tls_generate(names, countof(names), SELF_SIGNED_DAYS, &certificate, &key);
	struct tls_source source = { .certificate = buf_slice(&certificate),
				     .key = buf_slice(&key) };
	good = good && tls_load(t, &source, 1, NULL, fault);
	buf_done(&certificate);
	buf_wipe(&key);
	return good;
}

static bool make_tls(struct server *s, struct buf *fault)
{
	const struct config *c = s->config;

	s->tls = tls_new();
	s->has_tls = s->is_sandbox || c->tls_certificate.n;
	if (!s->has_tls) return true;
	return s->is_sandbox ? load_passing_tls(s->tls, fault)
			     : tls_load_config(s->tls, c, fault);
}

static void set_limits(struct server *s, const struct config *c)
{
	struct network *exempt = calloc(c->exempt.count, sizeof(*exempt));
	size_t n = 0;

	assert(exempt || !c->exempt.count);
	for (uint32_t i = 0; i < c->exempt.count; i++)
		if (network_parse(c->exempt.items[i], &exempt[n])) n++;
	limits_set(s->limits, (unsigned)c->connections,
		   (unsigned)c->connections_per_address, exempt, n);
	if (!s->is_sandbox)
		limits_set_rate(s->limits, (unsigned)c->connections_per_minute);
	free(exempt);
}

static void apply_log_settings(const struct config *c)
{
	log_set_level((enum log_level)c->log_level);
	log_set_format((enum log_format)c->log_format);
}

static bool open_store(struct server *s, struct buf *fault)
{
	const struct config *c = s->config;
	struct store_options options = { .folder = c->data.n ? c->data.p : NULL,
					 .durable = !s->is_sandbox || c->data.n,
					 .flags_per_email = s->is_sandbox };
	enum err e = store_open(&options, &s->store);

	if (!e) return true;
	if (e == ERR_EXISTS)
		buf_addf(fault, "%s is in use by another postroom; stop that one first",
			 c->data.p);
	else
		buf_addf(fault,
			 "cannot open the mail in %s; the line above says why (all of it "
			 "is to belong to %s)",
			 c->data.n ? c->data.p : "a temporary folder",
			 c->user.n ? c->user.p : "the user who runs this");
	return false;
}

/* Never of a sandbox: what it has captured leads nowhere. */
static bool start_outgoing(struct server *s, struct buf *fault)
{
	s->outgoing = outgoing_new(s, fault);
	return s->outgoing;
}

static int64_t limit_of_setting(int64_t value)
{
	return value ? value : QUOTA_NONE;
}

/* For accounts without limits of their own; running sessions feel it at once. */
static void apply_quota(struct server *s, const struct config *c)
{
	struct quota site = { limit_of_setting(c->quota),
			      limit_of_setting(c->quota_messages) };

	quota_set_site(s->store, &site);
}

static bool start_store(struct server *s, struct buf *fault)
{
	if (!open_store(s, fault)) return false;
	s->workers = workers_new(WORKERS, 0);
	if (!s->workers) {
		buf_add(fault,
			S("cannot start worker threads; raise the limit of processes"));
		return false;
	}
	s->actors = actors_new(s->store, s->workers, ACTORS_HANDLES_MAX);
	apply_quota(s, s->config);
	authenticator_init(&s->auth, s->store, s->workers);
	s->auth.config = &s->config;
	s->auth.accepts_all = s->is_sandbox;
	if (s->is_sandbox) return true;
	const struct config *c = s->config;
	if (!secret_file_load(c->data, &s->auth.keys, fault)) return false;
	s->dns = dns_of_config(c, fault);
	if (!s->dns) return false;
	token_checks_init(&s->auth.tokens, s->dns, s->workers, s->loops, s->loop_count);
	s->tracing = tracing_new(s);
	s->indexing = indexing_new(s->actors, s->loops[0]);
	s->reporting = reporting_new(s);
	if (!start_outgoing(s, fault)) return false;
	s->pushing = pushing_new(s);
	reporting_start(s->reporting);
	return true;
}

struct server *server_new(struct config *c, const char *config_path, bool is_sandbox,
			  struct buf *fault)
{
	struct server *s = calloc(1, sizeof(*s));

	assert(s);
	s->config = c;
	s->config_path = config_path;
	s->is_sandbox = is_sandbox;
	apply_log_settings(c);
	raise_descriptor_limit();
	s->rates = rates_new();
	s->greylist = greylist_new();
	jmap_slots_init(&s->jmap_slots);
	s->limits = limits_new((unsigned)c->connections,
			       (unsigned)c->connections_per_address);
	set_limits(s, c);
	if (make_loops(s, fault) && make_tls(s, fault) &&
	    doors_open(s, &c->listen, fault) && privilege_drop(c->user, fault) &&
	    start_store(s, fault))
		return s;
	server_free(s);
	return NULL;
}

static void stop(void *context)
{
	struct server *s = context;

	log_event(LOG_INFO, "server.stopping", LOG_INT("grace_ms", SHUTDOWN_GRACE_MS));
	notify_state("STOPPING=1");
	for (unsigned i = 0; i < s->loop_count; i++)
		loop_stop(s->loops[i], SHUTDOWN_GRACE_MS);
}

/* Sessions that began with the old configuration go on with it, so it is kept. */
static void replace_config(struct server *s, struct config *fresh)
{
	struct old_config *old = calloc(1, sizeof(*old));
	struct buf needs;

	assert(old);
	buf_init(&needs, FAULT_MAX);
	config_restart_needs(s->config, fresh, &needs);
	if (needs.n)
		log_event(LOG_WARNING, "config.needs-restart",
			  LOG_STR("keys", buf_slice(&needs)));
	buf_done(&needs);
	*old = (struct old_config){ s->old, s->config };
	s->old = old;
	s->config = fresh;
	s->auth.reloads++;
	set_limits(s, fresh);
	apply_quota(s, fresh);
	apply_log_settings(fresh);
}

static void reload(void *context)
{
	struct server *s = context;
	struct buf fault;

	if (!s->config_path) return;
	buf_init(&fault, FAULT_MAX);
	notify_state("RELOADING=1");
	struct config *fresh = config_load(s->config_path, &fault);
	if (fresh && s->has_tls && fresh->tls_certificate.n &&
	    !tls_load_config(s->tls, fresh, &fault)) {
		config_free(fresh);
		fresh = NULL;
	}
	if (fresh) {
		replace_config(s, fresh);
		log_event(LOG_INFO, "config.reloaded");
	} else {
		log_event(LOG_ERROR, "config.refused", LOG_STR("why", buf_slice(&fault)));
	}
	notify_state("READY=1");
	buf_done(&fault);
}

static void run_loops(struct server *s)
{
	for (unsigned i = 1; i < s->loop_count; i++)
		if (!loop_start(s->loops[i])) abort();
	loop_run(s->loops[0]);
	for (unsigned i = 1; i < s->loop_count; i++)
		loop_join(s->loops[i]);
}

void server_give_up(struct server *s)
{
	if (!s) return;
	for (unsigned i = 0; i < s->loop_count; i++)
		loop_stop(s->loops[i], 0);
	run_loops(s);
}

void server_run(struct server *s)
{
	loop_on_signal(s->loops[0], SIGTERM, stop, s);
	loop_on_signal(s->loops[0], SIGINT, stop, s);
	loop_on_signal(s->loops[0], SIGHUP, reload, s);
	doors_print(s);
	puts("ready");
	fflush(stdout);
	notify_state("READY=1");
	run_loops(s);
}

static void free_configs(struct server *s)
{
	while (s->old) {
		struct old_config *next = s->old->next;

		config_free((struct config *)(uintptr_t)s->old->config);
		free(s->old);
		s->old = next;
	}
	config_free((struct config *)(uintptr_t)s->config);
}

void server_free(struct server *s)
{
	if (!s) return;
	doors_close(s);
	if (s->actors) actors_flush(s->actors);
	if (s->workers) workers_free(s->workers);
	dns_free(s->dns);
	for (unsigned i = s->loop_count; i-- > 0;) /* the first last: others post to it */
		loop_free(s->loops[i]);
	outgoing_free(s->outgoing);
	tracing_free(s->tracing);
	indexing_free(s->indexing);
	reporting_free(s->reporting);
	pushing_free(s->pushing);
	actors_free(s->actors);
	if (s->auth.cache) authenticator_done(&s->auth);
	if (s->store) store_close(s->store);
	tls_free(s->tls);
	limits_free(s->limits);
	rates_free(s->rates);
	greylist_free(s->greylist);
	jmap_slots_done(&s->jmap_slots);
	free_configs(s);
	free(s->doors);
	free(s);
}
