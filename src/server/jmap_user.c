#include "sandbox/inbox.h"
#include "server/jmap_state.h"
#include "server/push.h"

/* ---- whose addresses ---- */

struct gathering {
	struct arena *arena;
	slice *list;
	uint32_t count;
};

static void add_address(struct gathering *g, slice address)
{
	slice kept;

	if (g->count == JMAP_ADDRESSES_MAX || !arena_copy(g->arena, address, &kept))
		return;
	g->list[g->count++] = kept;
}

static bool leads_to(const struct alias_view *alias, slice address)
{
	for (uint32_t i = 0; i < alias->target_count; i++)
		if (slice_eq_nocase(alias->targets[i], address)) return true;
	return false;
}

static void add_aliases(struct gathering *g, const struct directory *d, slice address)
{
	struct alias_view alias;

	for (uint32_t i = 0; directory_alias_at(d, i, &alias); i++)
		if (leads_to(&alias, address)) add_address(g, alias.address);
}

/* "*@domain", where all that is nobody's comes to this account. */
static void add_catch_alls(struct gathering *g, const struct config *c, slice address)
{
	struct buf name;

	buf_init(&name, ADDRESS_MAX);
	for (uint32_t i = 0; i < c->domain_count; i++) {
		if (!slice_eq_nocase(c->domains[i].catch_all, address)) continue;
		buf_reset(&name);
		buf_addf(&name, "*@%.*s", FMT(c->domains[i].name));
		add_address(g, buf_slice(&name));
	}
	buf_done(&name);
}

static void gather(struct gathering *g, const struct http_session *h)
{
	const struct directory *d = directory_get(h->s.server->store);
	struct account_view self;

	g->list = arena_alloc_array(g->arena, JMAP_ADDRESSES_MAX, sizeof(*g->list));
	if (g->list && directory_find_account_by_id(d, h->account, &self)) {
		add_address(g, self.address);
		add_aliases(g, d, self.address);
		add_catch_alls(g, h->s.config, self.address);
	}
	directory_put(d);
}

static uint32_t hold_max_s(const struct config *c)
{
	return (uint32_t)(c->queue_hold_s < JMAP_DELAYED_SEND_MAX
				  ? c->queue_hold_s
				  : JMAP_DELAYED_SEND_MAX);
}

void jmap_user_find(const struct http_session *h, struct arena *arena,
		    struct jmap_user *ret)
{
	bool is_sandbox = h->s.server->is_sandbox;
	struct gathering g = { .arena = arena };

	if (!is_sandbox) gather(&g, h);
	*ret = (struct jmap_user){
		.account = h->account,
		.login = g.count ? g.list[0] : h->user,
		.inbox = h->inbox,
		.addresses = g.list,
		.address_count = g.count,
		.may_send = !is_sandbox,
		.may_push = !is_sandbox,
		.push_key = is_sandbox ? S("") : pushing_key(h->s.server->pushing),
		.credential = h->s.login.credential,
		.hold_max_s = hold_max_s(h->s.config),
		.message_max = (uint64_t)h->s.config->message_size,
	};
}

/* ---- what the others share ---- */

bool jmap_take_account(const struct http_session *h, slice *path)
{
	struct buf id;
	slice rest = *path;
	bool good;

	buf_init(&id, 64);
	jmap_account_id(h->account, &id);
	good = take_literal(&rest, buf_slice(&id)) && (!rest.n || take_char(&rest, '/'));
	if (good) *path = rest;
	buf_done(&id);
	return good;
}

void jmap_answer_limit(struct http_session *h, unsigned status, slice limit)
{
	http_answer_problem(
		h, &(struct http_problem){
			   .status = status,
			   .type = S(JMAP_ERROR "limit"),
			   .limit = limit,
			   .detail = S("That is more than one may ask for at once") });
}

/* A sandbox's logins have one account, and nothing to do with each other. */
static void write_slot_user(const struct http_session *h, struct buf *out)
{
	buf_addf(out, "%lld %.*s", (long long)h->account, FMT(h->inbox));
}

bool jmap_take_slot(struct http_session *h, enum jmap_slot kind)
{
	static const struct {
		unsigned max;
		slice name;
	} limits[] = {
		[JMAP_SLOT_REQUEST] = { JMAP_REQUESTS_AT_ONCE,
					SLICE_INIT("maxConcurrentRequests") },
		[JMAP_SLOT_UPLOAD] = { JMAP_UPLOADS_AT_ONCE,
				       SLICE_INIT("maxConcurrentUpload") },
	};
	struct buf user;
	bool is_free;

	buf_init(&user, MAILBOX_NAME_MAX + 32);
	write_slot_user(h, &user);
	is_free = jmap_slots_take(&h->s.server->jmap_slots, buf_slice(&user), kind,
				  limits[kind].max);
	buf_done(&user);
	if (!is_free) jmap_answer_limit(h, 429, limits[kind].name);
	return is_free;
}

void jmap_leave_slot(struct http_session *h, enum jmap_slot kind)
{
	struct buf user;

	buf_init(&user, MAILBOX_NAME_MAX + 32);
	write_slot_user(h, &user);
	jmap_slots_leave(&h->s.server->jmap_slots, buf_slice(&user), kind);
	buf_done(&user);
}
