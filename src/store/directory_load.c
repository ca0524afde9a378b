#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "store/directory_private.h"

enum { ONE_ENTRY_MAX = 64 * 1024 * 1024 }; /* octets: all texts of an account or alias */

enum err directory_load_numbers(struct db *db, int64_t *ret_change, int64_t *ret_next_id)
{
	struct query *q = db_query(db, "SELECT change, next_id FROM directory");
	bool there = query_row(q);
	enum err e;

	if (there) {
		*ret_change = query_get_int(q, 0);
		*ret_next_id = query_get_int(q, 1);
	}
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_INTERNAL;
}

/* --- records, as their rows come --- */

struct records {
	struct record **at;
	uint32_t count, capacity;
};

static void add(struct records *l, struct record *r)
{
	if (l->count == l->capacity) {
		l->capacity = l->capacity ? l->capacity * 2 : 64;
		l->at = reallocarray(l->at, l->capacity, sizeof(struct record *));
		assert(l->at); /* what is in our own file */
	}
	l->at[l->count++] = r;
}

static void records_done(struct records *l)
{
	for (uint32_t i = 0; i < l->count; i++)
		record_drop(l->at[i]);
	free(l->at);
}

/* The rows of one account or alias follow one another; slices lie in the arena. */
struct gathering {
	struct arena arena;
	struct records done;
	bool open;
	struct account_view account;
	struct stored_credential credentials[CREDENTIALS_MAX];
	struct alias_view alias;
	slice targets[ALIAS_TARGETS_MAX];
};

static slice text(struct gathering *g, struct query *q, int column)
{
	slice copy;
	bool fits = arena_copy(&g->arena, query_get_slice(q, column), &copy);

	assert(fits); /* what was put in is far smaller */
	return copy;
}

/* --- accounts --- */

#define ACCOUNT_ROWS                                                                     \
	"SELECT a.id, a.address, a.generation, a.quota, a.message_quota, c.id, "         \
	"c.is_app, c.name, c.hash,"                                                      \
	" c.scram, c.sealed, c.created"                                                  \
	" FROM account a LEFT JOIN credential c ON c.account = a.id"
#define ACCOUNT_ORDER " ORDER BY a.id, c.is_app, c.name"

static void close_account(struct gathering *g)
{
	if (g->open) add(&g->done, &account_record_new(&g->account)->head);
	g->open = false;
	arena_reset(&g->arena);
}

static void open_account(struct gathering *g, struct query *q)
{
	close_account(g);
	g->open = true;
	g->account = (struct account_view){ .id = query_get_int(q, 0),
					    .address = text(g, q, 1),
					    .generation = query_get_int(q, 2),
					    .quota = { query_get_int(q, 3),
						       query_get_int(q, 4) },
					    .credentials = g->credentials };
}

static void add_credential(struct gathering *g, struct query *q)
{
	int64_t id = query_get_int(q, 5);

	if (id == 0 || g->account.credential_count == countof(g->credentials)) return;
	g->credentials[g->account.credential_count++] =
		(struct stored_credential){ .id = id,
					    .is_app = query_get_int(q, 6),
					    .name = text(g, q, 7),
					    .hash = text(g, q, 8),
					    .scram = text(g, q, 9),
					    .sealed = text(g, q, 10),
					    .created = query_get_int(q, 11) };
}

static enum err gather_accounts(struct query *q, struct gathering *g)
{
	while (query_row(q)) {
		if (!g->open || g->account.id != query_get_int(q, 0)) open_account(g, q);
		add_credential(g, q);
	}
	close_account(g);
	return query_end(q);
}

/* --- aliases --- */

static void close_alias(struct gathering *g)
{
	if (g->open) add(&g->done, &alias_record_new(&g->alias)->head);
	g->open = false;
	arena_reset(&g->arena);
}

static enum err gather_aliases(struct query *q, struct gathering *g)
{
	while (query_row(q)) {
		if (!g->open || !slice_eq(g->alias.address, query_get_slice(q, 0))) {
			close_alias(g);
			g->open = true;
			g->alias = (struct alias_view){ .address = text(g, q, 0),
							.targets = g->targets };
		}
		if (g->alias.target_count < countof(g->targets))
			g->targets[g->alias.target_count++] = text(g, q, 1);
	}
	close_alias(g);
	return query_end(q);
}

/* --- one or all --- */

static struct gathering *gathering_new(void)
{
	struct gathering *g = calloc(1, sizeof(*g));

	assert(g);
	arena_init(&g->arena, ONE_ENTRY_MAX);
	return g;
}

static void gathering_free(struct gathering *g)
{
	records_done(&g->done);
	arena_done(&g->arena);
	free(g);
}

/* The one record, kept for the caller. */
static enum err only_record(struct gathering *g, enum err e, struct record **ret)
{
	if (!e && g->done.count == 0) e = ERR_NOT_FOUND;
	if (!e) *ret = record_keep(g->done.at[0]);
	gathering_free(g);
	return e;
}

enum err directory_load_account(struct db *db, int64_t id, struct account_record **ret)
{
	struct gathering *g = gathering_new();
	struct query *q = db_query(db, ACCOUNT_ROWS " WHERE a.id = $1" ACCOUNT_ORDER);
	struct record *r;
	enum err e;

	query_int(q, id);
	e = only_record(g, gather_accounts(q, g), &r);
	if (!e) *ret = (struct account_record *)r;
	return e;
}

enum err directory_load_alias(struct db *db, slice address, struct alias_record **ret)
{
	struct gathering *g = gathering_new();
	struct query *q = db_query(db, "SELECT address, target FROM alias"
				       " WHERE address = $1 ORDER BY position");
	struct record *r;
	enum err e;

	query_text(q, address);
	e = only_record(g, gather_aliases(q, g), &r);
	if (!e) *ret = (struct alias_record *)r;
	return e;
}

enum err directory_load(struct db *db, struct directory **ret)
{
	struct gathering *accounts = gathering_new(), *aliases = gathering_new();
	enum err e = gather_accounts(db_query(db, ACCOUNT_ROWS ACCOUNT_ORDER), accounts);

	if (!e)
		e = gather_aliases(db_query(db, "SELECT address, target FROM alias"
						" ORDER BY address, position"),
				   aliases);
	if (!e)
		*ret = snapshot_new(accounts->done.at, accounts->done.count,
				    aliases->done.at, aliases->done.count);
	gathering_free(accounts);
	gathering_free(aliases);
	return e;
}
