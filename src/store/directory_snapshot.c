#include "store/directory_snapshot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/directory_address.h"

static struct shared_tree_entry by_address(struct account_record *r)
{
	return (struct shared_tree_entry){ r->view.address, &r->head };
}

static struct shared_tree_entry by_id(struct account_record *r)
{
	return (struct shared_tree_entry){ { r->id_key, sizeof(r->id_key) }, &r->head };
}

static struct shared_tree_entry alias_entry(struct alias_record *r)
{
	return (struct shared_tree_entry){ r->view.address, &r->head };
}

struct domain_record {
	struct record head;
	uint32_t addresses;
	uint32_t name_size;
	char name[];
};

static struct shared_tree_entry domain_entry(struct domain_record *r)
{
	return (struct shared_tree_entry){ { r->name, r->name_size }, &r->head };
}

static struct domain_record *domain_record_new(slice name, uint32_t addresses)
{
	struct domain_record *r = record_new(sizeof(*r) + name.n);

	r->addresses = addresses;
	r->name_size = (uint32_t)name.n;
	memcpy(r->name, name.p, name.n);
	return r;
}

/* --- all at once --- */

static int compare_entries(const void *a, const void *b)
{
	const struct shared_tree_entry *x = a, *y = b;

	return slice_cmp(x->key, y->key);
}

/* In any order; the array is sorted. */
static struct shared_tree *build(struct shared_tree_entry *entries, uint32_t count)
{
	if (count) qsort(entries, count, sizeof(*entries), compare_entries);
	return shared_tree_build(entries, count);
}

/* From one entry an address, its key the domain: one a domain, in place. */
static uint32_t unite_domains(struct shared_tree_entry *entries, uint32_t count)
{
	uint32_t united = 0, next;

	if (count) qsort(entries, count, sizeof(*entries), compare_entries);
	for (uint32_t i = 0; i < count; i = next) {
		slice name = entries[i].key;

		for (next = i + 1; next < count && slice_eq(entries[next].key, name);)
			next++;
		entries[united++] = domain_entry(domain_record_new(name, next - i));
	}
	return united;
}

static struct shared_tree *build_domains(struct shared_tree_entry *entries,
					 uint32_t count)
{
	uint32_t united = unite_domains(entries, count);
	struct shared_tree *t = shared_tree_build(entries, united);

	for (uint32_t i = 0; i < united; i++)
		record_drop(entries[i].record);
	return t;
}

static void build_accounts(struct directory *d, struct record *const *records,
			   uint32_t count, struct shared_tree_entry *work)
{
	for (uint32_t i = 0; i < count; i++) {
		struct account_record *r = (struct account_record *)records[i];

		work[i] = by_address(r);
		d->secrets += r->secrets;
	}
	d->accounts = build(work, count);
	for (uint32_t i = 0; i < count; i++)
		work[i] = by_id((struct account_record *)records[i]);
	d->accounts_by_id = build(work, count);
}

static void build_aliases(struct directory *d, struct record *const *records,
			  uint32_t count, struct shared_tree_entry *work)
{
	for (uint32_t i = 0; i < count; i++)
		work[i] = alias_entry((struct alias_record *)records[i]);
	d->aliases = build(work, count);
}

struct directory *snapshot_new(struct record *const *accounts, uint32_t account_count,
			       struct record *const *aliases, uint32_t alias_count)
{
	struct shared_tree_entry *work =
		calloc((size_t)account_count + alias_count + 1, sizeof(*work));
	struct directory *d = calloc(1, sizeof(*d));
	uint32_t n = 0;

	assert(d && work);
	atomic_init(&d->owners, 1);
	build_accounts(d, accounts, account_count, work);
	build_aliases(d, aliases, alias_count, work);
	for (uint32_t i = 0; i < account_count; i++)
		work[n++].key = address_domain(
			((struct account_record *)accounts[i])->view.address);
	for (uint32_t i = 0; i < alias_count; i++)
		work[n++].key =
			address_domain(((struct alias_record *)aliases[i])->view.address);
	d->domains = build_domains(work, n);
	free(work);
	return d;
}

/* --- one after the other --- */

struct directory *snapshot_copy(const struct directory *d)
{
	struct directory *copy = calloc(1, sizeof(*copy));

	assert(copy);
	atomic_init(&copy->owners, 1);
	copy->accounts = shared_tree_keep(d->accounts);
	copy->accounts_by_id = shared_tree_keep(d->accounts_by_id);
	copy->aliases = shared_tree_keep(d->aliases);
	copy->domains = shared_tree_keep(d->domains);
	copy->secrets = d->secrets;
	return copy;
}

static void put(struct shared_tree **t, struct shared_tree_entry entry)
{
	struct shared_tree *old = *t;

	*t = shared_tree_put(old, entry);
	shared_tree_drop(old);
}

static void take_away(struct shared_tree **t, slice key)
{
	struct shared_tree *old = *t;

	*t = shared_tree_remove(old, key);
	shared_tree_drop(old);
}

static void count_domain(struct directory *d, slice address, int by)
{
	slice name = address_domain(address);
	struct domain_record *old =
		(struct domain_record *)shared_tree_find(d->domains, name);
	uint32_t count = (old ? old->addresses : 0) + (uint32_t)by;
	struct domain_record *r;

	if (count == 0) {
		take_away(&d->domains, name);
		return;
	}
	r = domain_record_new(name, count);
	put(&d->domains, domain_entry(r));
	record_drop(&r->head);
}

void snapshot_put_account(struct directory *d, struct account_record *r)
{
	struct account_record *old = snapshot_account(d, r->view.address);

	if (old)
		d->secrets -= old->secrets;
	else
		count_domain(d, r->view.address, 1);
	d->secrets += r->secrets;
	put(&d->accounts, by_address(r));
	put(&d->accounts_by_id, by_id(r));
}

void snapshot_remove_account(struct directory *d, const struct account_record *r)
{
	count_domain(d, r->view.address, -1);
	d->secrets -= r->secrets;
	take_away(&d->accounts_by_id, (slice){ r->id_key, sizeof(r->id_key) });
	take_away(&d->accounts, r->view.address);
}

void snapshot_put_alias(struct directory *d, struct alias_record *r)
{
	if (!snapshot_alias(d, r->view.address)) count_domain(d, r->view.address, 1);
	put(&d->aliases, alias_entry(r));
}

void snapshot_remove_alias(struct directory *d, const struct alias_record *r)
{
	count_domain(d, r->view.address, -1);
	take_away(&d->aliases, r->view.address);
}
