#include "policy/routing.h"

#include <stdlib.h>
#include <string.h>

/* Addresses still to be looked at, and what was found; both grow up to their maximum, and
 * are too large to be cleared for every recipient. */
struct search {
	const struct config *config;
	const struct directory *directory;
	struct arena *arena;
	int64_t accounts[ROUTE_TARGETS_MAX];
	slice remote[ROUTE_TARGETS_MAX];
	uint32_t account_count, remote_count;
	slice alias; /* the first that was met */
	bool overflow;
};

bool is_our_domain(const struct config *c, const struct directory *d, slice domain)
{
	return domain.n == 0 || slice_eq_nocase(domain, c->hostname) ||
	       config_find_domain(c, domain) || directory_has_domain(d, domain);
}

static void add_account(struct search *s, int64_t id)
{
	for (uint32_t i = 0; i < s->account_count; i++)
		if (s->accounts[i] == id) return;
	if (s->account_count == ROUTE_TARGETS_MAX)
		s->overflow = true;
	else
		s->accounts[s->account_count++] = id;
}

static void add_remote(struct search *s, slice address)
{
	for (uint32_t i = 0; i < s->remote_count; i++)
		if (slice_eq_nocase(s->remote[i], address)) return;
	if (s->remote_count == ROUTE_TARGETS_MAX ||
	    !arena_copy(s->arena, address, &address))
		s->overflow = true;
	else
		s->remote[s->remote_count++] = address;
}

static slice join_address(struct search *s, slice local, slice domain)
{
	struct buf b;
	slice kept = { 0 };

	buf_init(&b, ADDRESS_MAX);
	buf_add(&b, local);
	buf_add_char(&b, '@');
	buf_add(&b, domain);
	for (size_t i = 0; i < b.n; i++)
		b.p[i] = lower_ascii(b.p[i]);
	if (b.overflow || !arena_copy(s->arena, buf_slice(&b), &kept)) kept = S("");
	buf_done(&b);
	return kept;
}

static bool expand(struct search *s, slice local, slice domain, unsigned depth);

/* An alias's targets are written by the operator: plain local@domain. */
static void expand_target(struct search *s, slice target, unsigned depth)
{
	slice local, domain = target;

	if (!take_until(&domain, '@', &local)) return;
	if (!is_our_domain(s->config, s->directory, domain))
		add_remote(s, target);
	else if (depth == ROUTE_ALIAS_DEPTH_MAX)
		s->overflow = true;
	else
		expand(s, local, domain, depth + 1);
}

/* The address exactly as it stands: an account or an alias. */
static bool expand_exact(struct search *s, slice address, unsigned depth)
{
	struct account_view account;
	struct alias_view alias;

	if (directory_find_account(s->directory, address, &account)) {
		add_account(s, account.id);
		return true;
	}
	if (!directory_find_alias(s->directory, address, &alias)) return false;
	if (!s->alias.n) s->alias = address;
	for (uint32_t i = 0; i < alias.target_count && !s->overflow; i++)
		expand_target(s, alias.targets[i], depth);
	return true;
}

/* Somebody must read postmaster's mail: failing all else the oldest account. */
static bool expand_postmaster(struct search *s)
{
	struct account_view account;
	int64_t oldest = INT64_MAX;

	for (uint32_t i = 0; directory_account_at(s->directory, i, &account); i++)
		if (account.id < oldest) oldest = account.id;
	if (oldest == INT64_MAX) return false;
	add_account(s, oldest);
	return true;
}

/* Where the delimiter of a detail is; the whole length where there is none. */
static size_t find_detail(const struct domain_config *d, slice local)
{
	slice delimiters = d ? d->delimiter : S("+");

	if (slice_eq(delimiters, S("none"))) return local.n;
	for (size_t i = 0; i < local.n; i++)
		if (slice_find_char(delimiters, local.p[i]) < delimiters.n) return i;
	return local.n;
}

static bool list_has(const struct slice_list *list, slice local, size_t detail)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (slice_eq_nocase(list->items[i], local) ||
		    (detail > 0 &&
		     slice_eq_nocase(list->items[i], slice_head(local, detail))))
			return true;
	return false;
}

/* Recursion is bounded by ROUTE_ALIAS_DEPTH_MAX. */
static bool expand(struct search *s, slice local, slice domain, unsigned depth)
{
	const struct domain_config *d = config_find_domain(s->config, domain);
	size_t plus = find_detail(d, local);

	if (expand_exact(s, join_address(s, local, domain), depth)) return true;
	if (plus > 0 && plus < local.n &&
	    expand_exact(s, join_address(s, slice_head(local, plus), domain), depth))
		return true;
	if (slice_eq_nocase(local, S("postmaster"))) return expand_postmaster(s);
	if (!d || !d->catch_all.n || depth == ROUTE_ALIAS_DEPTH_MAX) return false;
	return expand_exact(s, d->catch_all, depth + 1);
}

static slice find_owner(struct search *s)
{
	slice domain = s->alias, local, owner;
	struct account_view account;
	struct alias_view alias;
	struct buf name;

	if (!take_until(&domain, '@', &local)) return S("");
	buf_init(&name, ADDRESS_MAX);
	buf_addf(&name, "owner-%.*s", FMT(local));
	owner = join_address(s, buf_slice(&name), domain);
	buf_done(&name);
	return directory_find_account(s->directory, owner, &account) ||
			       directory_find_alias(s->directory, owner, &alias)
		       ? owner
		       : S("");
}

static void keep(struct search *s, struct route *ret)
{
	int64_t *accounts =
		arena_alloc_array(s->arena, s->account_count, sizeof(*accounts));
	slice *remote = arena_alloc_array(s->arena, s->remote_count, sizeof(*remote));

	if (!accounts || !remote) {
		ret->kind = ROUTE_LOOP;
		return;
	}
	memcpy(accounts, s->accounts, s->account_count * sizeof(*accounts));
	memcpy(remote, s->remote, s->remote_count * sizeof(*remote));
	*ret = (struct route){ .kind = ROUTE_LOCAL,
			       .accounts = accounts,
			       .account_count = s->account_count,
			       .remote = remote,
			       .remote_count = s->remote_count,
			       .alias = s->alias,
			       .owner = find_owner(s) };
}

void route_recipient(const struct config *c, const struct directory *d, slice local,
		     slice domain, struct arena *arena, struct route *ret)
{
	struct search *s;

	const struct domain_config *own = config_find_domain(c, domain);

	*ret = (struct route){ .kind = ROUTE_REMOTE };
	if (!is_our_domain(c, d, domain)) return;
	if (own && list_has(&own->refused, local, find_detail(own, local))) {
		ret->kind = ROUTE_REFUSED;
		return;
	}
	s = malloc(sizeof(*s));
	if (!s) abort();
	s->config = c;
	s->directory = d;
	s->arena = arena;
	s->account_count = s->remote_count = 0;
	s->alias = S("");
	s->overflow = false;
	if (!expand(s, local, domain.n ? domain : c->hostname, 0))
		ret->kind = ROUTE_UNKNOWN;
	else if (s->overflow || s->account_count + s->remote_count == 0)
		ret->kind = ROUTE_LOOP;
	else
		keep(s, ret);
	ret->internal = own && list_has(&own->internal, local, find_detail(own, local));
	free(s);
}
