#include <stdlib.h>

#include "store/directory_address.h"
#include "store/directory_snapshot.h"

struct account_record *snapshot_account(const struct directory *d, slice address)
{
	return (struct account_record *)shared_tree_find(d->accounts, address);
}

struct alias_record *snapshot_alias(const struct directory *d, slice address)
{
	return (struct alias_record *)shared_tree_find(d->aliases, address);
}

void directory_put(const struct directory *shown)
{
	struct directory *d = (struct directory *)(uintptr_t)shown; /* for its count */

	if (atomic_fetch_sub_explicit(&d->owners, 1, memory_order_acq_rel) != 1) return;
	shared_tree_drop(d->accounts);
	shared_tree_drop(d->accounts_by_id);
	shared_tree_drop(d->aliases);
	shared_tree_drop(d->domains);
	free(d);
}

static bool show_account(const struct record *r, struct account_view *ret)
{
	if (r) *ret = ((const struct account_record *)r)->view;
	return r;
}

static bool show_alias(const struct record *r, struct alias_view *ret)
{
	if (r) *ret = ((const struct alias_record *)r)->view;
	return r;
}

bool directory_find_account(const struct directory *d, slice address,
			    struct account_view *ret)
{
	char buffer[ADDRESS_MAX];

	return address_normalise(address, buffer, &address) &&
	       show_account(shared_tree_find(d->accounts, address), ret);
}

bool directory_find_account_by_id(const struct directory *d, int64_t id,
				  struct account_view *ret)
{
	char key[ACCOUNT_KEY_SIZE];

	account_key_write(id, key);
	return show_account(
		shared_tree_find(d->accounts_by_id, (slice){ key, sizeof(key) }), ret);
}

bool directory_find_alias(const struct directory *d, slice address,
			  struct alias_view *ret)
{
	char buffer[ADDRESS_MAX];

	return address_normalise(address, buffer, &address) &&
	       show_alias(shared_tree_find(d->aliases, address), ret);
}

bool directory_has_domain(const struct directory *d, slice domain)
{
	char buffer[ADDRESS_MAX];

	return address_normalise_domain(domain, buffer, &domain) &&
	       shared_tree_find(d->domains, domain);
}

bool directory_has_secrets(const struct directory *d)
{
	return d->secrets > 0;
}

bool directory_account_at(const struct directory *d, uint32_t at,
			  struct account_view *ret)
{
	return show_account(shared_tree_at(d->accounts, at), ret);
}

bool directory_alias_at(const struct directory *d, uint32_t at, struct alias_view *ret)
{
	return show_alias(shared_tree_at(d->aliases, at), ret);
}
