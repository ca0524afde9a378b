#include "server/token_check.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "sasl/jws.h"
#include "server/token_inquiry.h"
#include "server/token_rules.h"

enum { FAULT_MAX = 1024 };

bool token_checks_are_configured(const struct config *c)
{
	return c->oauth_keys.n || c->oauth_introspection.n;
}

void token_checks_init(struct token_checks *all, struct dns *dns, struct workers *w,
		       struct loop *const *loops, unsigned loop_count)
{
	*all = (struct token_checks){ .dns = dns, .workers = w };
	all->lanes = calloc(loop_count, sizeof(*all->lanes));
	assert(all->lanes);
	for (; all->lane_count < loop_count; all->lane_count++) {
		struct token_lane *lane = &all->lanes[all->lane_count];

		lane->loop = loops[all->lane_count];
		fetches_init(&lane->fetches, lane->loop, NULL);
	}
}

void token_checks_done(struct token_checks *all)
{
	free(all->lanes);
}

static struct fetches *fetches_of(struct token_checks *all, const struct loop *loop)
{
	unsigned i = 0;

	while (all->lanes[i].loop != loop)
		i++;
	return &all->lanes[i].fetches;
}

static void end(struct token_check *k)
{
	k->all->waiting--;
	k->done(k);
}

/* ---- keys ---- */

static bool read_file(const char *path, struct buf *ret)
{
	FILE *file = fopen(path, "re");
	char *room = buf_reserve(ret, JWK_FILE_MAX);
	bool good;

	if (!file) return false;
	buf_commit(ret, fread(room, 1, JWK_FILE_MAX, file));
	good = !ferror(file) && feof(file);
	if (!good && !ferror(file)) errno = EFBIG;
	fclose(file);
	return good;
}

struct jwk_set *token_keys_load(const char *path, struct buf *fault)
{
	CLEANUP(buf_wipe) struct buf text = { .max = JWK_FILE_MAX };

	if (read_file(path, &text)) return jwk_set_parse(buf_slice(&text), fault);
	buf_addf(fault, "it cannot be read: %s", strerrordesc_np(errno));
	return NULL;
}

/* On a worker. */
static void verify(struct work *w)
{
	struct token_check *k = CONTAINER_OF(w, struct token_check, work);
	CLEANUP(buf_done) struct buf fault = { .max = FAULT_MAX };
	struct token_rules rules = token_rules_of(k->config);
	struct jwk_set *keys = token_keys_load(k->config->oauth_keys.p, &fault);

	if (keys)
		token_verify(k->token, keys, &rules, clock_now(), &k->verdict);
	else
		log_event(LOG_ERROR, "oauth.no-keys",
			  LOG_STR("file", k->config->oauth_keys),
			  LOG_STR("why", buf_slice(&fault)));
	jwk_set_free(keys);
}

static void verified(struct work *w)
{
	end(CONTAINER_OF(w, struct token_check, work));
}

/* ---- the choice ---- */

static void give_up(struct task *t)
{
	end(CONTAINER_OF(t, struct token_check, task));
}

void token_check_start(struct token_check *k)
{
	const struct config *c = k->config;
	bool is_ours =
		c->oauth_keys.n && (!c->oauth_introspection.n || jws_is_likely(k->token));

	k->verdict = (struct token_verdict){ .verdict = ERR_LATER };
	k->work = (struct work){ .run = verify, .done = verified, .loop = k->loop };
	k->task = (struct task){ .run = give_up };
	if (++k->all->waiting > TOKENS_WAITING_MAX || !token_checks_are_configured(c))
		loop_defer(k->loop, &k->task);
	else if (is_ours)
		workers_submit(k->all->workers, WORK_LONG, &k->work);
	else
		token_inquiry_start(k, fetches_of(k->all, k->loop), end);
}
