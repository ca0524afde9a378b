#include "store/directory_address.h"
#include "store/directory_private.h"
#include "store/store_private.h"

/* Checks are made on what is shown: between begin and finish that is what is committed.
 */

enum {
	APP_NAME_MAX = 255,          /* octets */
	CREDENTIAL_TEXT_MAX = 16384, /* octets of each */
};

/* --- credentials --- */

static bool fits(const struct stored_credential *c)
{
	return c->hash.n <= CREDENTIAL_TEXT_MAX && c->scram.n <= CREDENTIAL_TEXT_MAX &&
	       c->sealed.n <= CREDENTIAL_TEXT_MAX && c->name.n <= APP_NAME_MAX;
}

/* An account's own has no name. */
static enum err insert_credential(struct directory_file *f, int64_t account, bool is_app,
				  const struct stored_credential *c)
{
	struct query *q = db_query(f->db, "INSERT INTO credential (account, is_app, name,"
					  " id, hash, scram, sealed, created)"
					  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

	query_int(q, account);
	query_int(q, is_app);
	query_text(q, is_app ? c->name : S(""));
	query_int(q, f->next_id++);
	query_text(q, c->hash);
	query_text(q, c->scram);
	query_blob(q, c->sealed);
	query_int(q, c->created);
	return query_run(q);
}

/* ERR_NOT_FOUND when there is none. */
static enum err remove_credential(struct directory_file *f, int64_t account, bool is_app,
				  slice name)
{
	struct query *q =
		db_query(f->db, "DELETE FROM credential"
				" WHERE account = $1 AND is_app = $2 AND name = $3");
	enum err e;

	query_int(q, account);
	query_int(q, is_app);
	query_text(q, name);
	e = query_run(q);
	return e ? e : db_changes(f->db) ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err raise_generation(struct directory_file *f, int64_t account)
{
	struct query *q =
		db_query(f->db, "UPDATE account SET generation = $2 WHERE id = $1");

	query_int(q, account);
	query_int(q, f->change + 1);
	return query_run(q);
}

/* The account whose credentials are to change; begun only on success. */
static enum err begin_account(struct directory_file *f, slice address,
			      const struct account_record **ret)
{
	char buffer[ADDRESS_MAX];
	enum err e;

	if (!address_normalise(address, buffer, &address)) return ERR_NOT_FOUND;
	e = directory_begin(f);
	if (e) return e;
	*ret = snapshot_account(f->current, address);
	if (*ret) return ERR_NONE;
	return directory_finish(f, ERR_NOT_FOUND, (struct changed){ 0 });
}

static enum err finish_credentials(struct directory_file *f, enum err e, int64_t account)
{
	if (!e) e = raise_generation(f, account);
	return directory_finish(f, e, (struct changed){ .account = account });
}

enum err directory_set_password(struct store *s, slice address,
				const struct stored_credential *own)
{
	struct directory_file *f = s->directory;
	const struct account_record *r;
	int64_t id;
	enum err e = fits(own) ? begin_account(f, address, &r) : ERR_LIMIT;

	if (e) return e;
	id = r->view.id;
	e = remove_credential(f, id, false, S(""));
	if (e == ERR_NOT_FOUND) e = ERR_NONE;
	if (!e) e = insert_credential(f, id, false, own);
	return finish_credentials(f, e, id);
}

enum err directory_add_app(struct store *s, slice address,
			   const struct stored_credential *app)
{
	struct directory_file *f = s->directory;
	const struct account_record *r;
	int64_t id;
	enum err e = app->name.n == 0 ? ERR_MALFORMED
		     : fits(app)      ? begin_account(f, address, &r)
				      : ERR_LIMIT;

	if (e) return e;
	id = r->view.id;
	if (r->view.credential_count == CREDENTIALS_MAX) e = ERR_LIMIT;
	if (!e) e = insert_credential(f, id, true, app);
	return finish_credentials(f, e, id);
}

enum err directory_delete_app(struct store *s, slice address, slice name)
{
	struct directory_file *f = s->directory;
	const struct account_record *r;
	int64_t id;
	enum err e = begin_account(f, address, &r);

	if (e) return e;
	id = r->view.id;
	return finish_credentials(f, remove_credential(f, id, true, name), id);
}

/* --- accounts --- */

static enum err update_quota(struct directory_file *f, int64_t id,
			     const struct quota *limits)
{
	struct query *q = db_query(
		f->db, "UPDATE account SET quota = $2, message_quota = $3 WHERE id = $1");

	query_int(q, id);
	query_int(q, limits->storage);
	query_int(q, limits->messages);
	return query_run(q);
}

enum err directory_set_quota(struct store *s, slice address, const struct quota *limits)
{
	struct directory_file *f = s->directory;
	const struct account_record *r;
	int64_t id;
	enum err e;

	if (limits->storage < QUOTA_OF_SITE || limits->messages < QUOTA_OF_SITE)
		return ERR_MALFORMED;
	e = begin_account(f, address, &r);
	if (e) return e;
	id = r->view.id;
	e = update_quota(f, id, limits);
	return directory_finish(f, e, (struct changed){ .account = id });
}

static enum err insert_account(struct directory_file *f, slice address,
			       const struct stored_credential *own, int64_t *ret_id)
{
	int64_t id = f->next_id++;
	struct query *q;
	enum err e;

	if (snapshot_account(f->current, address) || snapshot_alias(f->current, address))
		return ERR_EXISTS;
	q = db_query(f->db, "INSERT INTO account (id, address, generation, quota,"
			    " message_quota) VALUES ($1, $2, $3, -2, -2)");
	query_int(q, id);
	query_text(q, address);
	query_int(q, f->change + 1);
	e = query_run(q);
	if (!e) e = insert_credential(f, id, false, own);
	if (!e) *ret_id = id;
	return e;
}

enum err directory_add_account(struct store *s, slice address,
			       const struct stored_credential *own, int64_t *ret_id)
{
	struct directory_file *f = s->directory;
	char buffer[ADDRESS_MAX];
	int64_t id = 0;
	enum err e;

	if (!address_normalise(address, buffer, &address)) return ERR_MALFORMED;
	e = fits(own) ? directory_begin(f) : ERR_LIMIT;
	if (e) return e;
	e = insert_account(f, address, own, &id);
	e = directory_finish(f, e, (struct changed){ .account = id });
	if (!e) *ret_id = id;
	return e;
}

static enum err delete_rows(struct directory_file *f, const char *sql, int64_t id)
{
	struct query *q = db_query(f->db, sql);

	query_int(q, id);
	return query_run(q);
}

enum err directory_delete_account(struct store *s, slice address)
{
	struct directory_file *f = s->directory;
	const struct account_record *r;
	int64_t id;
	enum err e = begin_account(f, address, &r);

	if (e) return e;
	id = r->view.id;
	e = delete_rows(f, "DELETE FROM credential WHERE account = $1", id);
	if (!e) e = delete_rows(f, "DELETE FROM share WHERE owner = $1", id);
	if (!e) e = delete_rows(f, "DELETE FROM share WHERE reader = $1", id);
	if (!e) e = delete_rows(f, "DELETE FROM account_state WHERE id = $1", id);
	if (!e) e = delete_rows(f, "DELETE FROM account WHERE id = $1", id);
	return directory_finish(f, e, (struct changed){ .account = id });
}

/* --- aliases --- */

static enum err delete_targets(struct directory_file *f, slice address)
{
	struct query *q = db_query(f->db, "DELETE FROM alias WHERE address = $1");

	query_text(q, address);
	return query_run(q);
}

static enum err insert_target(struct directory_file *f, slice address, uint32_t position,
			      slice target)
{
	char buffer[ADDRESS_MAX];
	struct query *q;

	if (!address_normalise_target(target, buffer, &target)) return ERR_MALFORMED;
	q = db_query(f->db, "INSERT INTO alias (address, position, target)"
			    " VALUES ($1, $2, $3)");
	query_text(q, address);
	query_int(q, position);
	query_text(q, target);
	return query_run(q);
}

enum err directory_set_alias(struct store *s, slice address, const slice *targets,
			     uint32_t count)
{
	struct directory_file *f = s->directory;
	char buffer[ADDRESS_MAX];
	enum err e;

	if (count > ALIAS_TARGETS_MAX) return ERR_LIMIT;
	if (count == 0 || !address_normalise(address, buffer, &address))
		return ERR_MALFORMED;
	e = directory_begin(f);
	if (e) return e;
	e = snapshot_account(f->current, address) ? ERR_EXISTS
						  : delete_targets(f, address);
	for (uint32_t i = 0; !e && i < count; i++)
		e = insert_target(f, address, i, targets[i]);
	return directory_finish(f, e, (struct changed){ .alias = address });
}

enum err directory_delete_alias(struct store *s, slice address)
{
	struct directory_file *f = s->directory;
	char buffer[ADDRESS_MAX];
	enum err e;

	if (!address_normalise(address, buffer, &address)) return ERR_NOT_FOUND;
	e = directory_begin(f);
	if (e) return e;
	e = snapshot_alias(f->current, address) ? delete_targets(f, address)
						: ERR_NOT_FOUND;
	return directory_finish(f, e, (struct changed){ .alias = address });
}
