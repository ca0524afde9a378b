#include <string.h>

#include "actor/actors.h"
#include "base/clock.h"
#include "operator/admin_account.h"
#include "operator/plain.h"
#include "sasl/credential.h"
#include "sasl/mechanism.h"
#include "server/authenticator.h"
#include "store/account.h"

enum { APP_NAME_MAX = 100 };

/* A password in all its forms, and the row it becomes. */
struct fresh {
	char made[APP_PASSWORD_OCTETS]; /* the password, where we made it */
	slice password;
	struct credential forms;
	struct stored_credential row; /* points into forms */
};

static void fresh_done(struct fresh *f)
{
	explicit_bzero(f->made, sizeof(f->made));
	credential_wipe(&f->forms);
}

static void make_password(struct fresh *f)
{
	app_password_make(f->made);
	f->password = (slice){ f->made, sizeof(f->made) };
}

static void fill_row(struct fresh *f)
{
	f->row.hash = slice_of(f->forms.hash);
	f->row.scram = slice_of(f->forms.scram);
	f->row.sealed = sealed_slice(&f->forms.secret);
	f->row.created = clock_now();
}

/* The salt that the account's SCRAM keys share. */
static struct scram_salt salt_of(const struct account_view *account)
{
	slice texts[CREDENTIALS_MAX + 1] = { 0 };
	size_t n = 0;

	for (uint32_t i = 0;
	     account && i < account->credential_count && n < countof(texts); i++)
		texts[n++] = account->credentials[i].scram;
	return credential_salt(texts, n);
}

static enum err make_own(struct fresh *f, const struct admin_request *r,
			 const struct account_view *account)
{
	struct scram_salt salt = salt_of(account);
	enum err e;

	*f = (struct fresh){ 0 };
	if (r->password.p)
		f->password = r->password;
	else
		make_password(f);
	e = credential_of_account(f->password, &salt, &f->forms);
	if (!e) fill_row(f);
	return e;
}

static void print_password(const struct admin_request *r, slice address, slice name,
			   const struct fresh *f)
{
	struct json_writer w;

	if (!r->json) {
		if (!r->password.p)
			buf_addf(r->out, "password: %.*s\n", FMT(f->password));
		return;
	}
	json_writer_init(&w, r->out);
	json_write_object_begin(&w);
	json_write_key(&w, S("address"));
	json_write_string(&w, address);
	if (name.n) {
		json_write_key(&w, S("name"));
		json_write_string(&w, name);
	}
	if (!r->password.p) {
		json_write_key(&w, S("password"));
		json_write_string(&w, f->password);
	}
	json_write_object_end(&w);
	buf_add_char(r->out, '\n');
}

enum cli_status admin_user_add(const struct admin *a, const struct admin_request *r)
{
	slice address = r->words[0];
	struct fresh f;
	int64_t id;
	enum err e = make_own(&f, r, NULL);

	if (!e) e = directory_add_account(a->store, address, &f.row, &id);
	if (!e) print_password(r, address, S(""), &f);
	fresh_done(&f);
	return e ? admin_failed(r, e, address) : CLI_DONE;
}

/* The account's running sessions and remembered logins rest on what has changed. */
static void end_sessions(const struct admin *a, int64_t account)
{
	if (a->cache) login_cache_drop(a->cache, account);
	if (a->actors) actors_end_sessions(a->actors, account);
}

enum err admin_find_account(const struct directory *d, slice address,
			    struct account_view *ret)
{
	return find_login(d, NULL, address, ret) ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err set_password(const struct admin *a, const struct admin_request *r,
			     const struct directory *d)
{
	struct account_view account;
	struct fresh f;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (e) return e;
	e = make_own(&f, r, &account);
	if (!e) e = directory_set_password(a->store, account.address, &f.row);
	if (!e) print_password(r, account.address, S(""), &f);
	if (!e) end_sessions(a, account.id);
	fresh_done(&f);
	return e;
}

enum cli_status admin_with_directory(const struct admin *a, const struct admin_request *r,
				     enum err (*run)(const struct admin *a,
						     const struct admin_request *r,
						     const struct directory *d))
{
	const struct directory *d = directory_get(a->store);
	enum err e = run(a, r, d);

	directory_put(d);
	return e ? admin_failed(r, e, r->count ? r->words[0] : S("the list")) : CLI_DONE;
}

enum cli_status admin_user_passwd(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, set_password);
}

/* The order matters: nobody can log in, nobody is logged in, nothing runs, the mail goes.
 */
static enum err delete_account(const struct admin *a, const struct admin_request *r,
			       const struct directory *d)
{
	struct account_view account;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (!e) e = directory_delete_account(a->store, account.address);
	if (e) return e;
	end_sessions(a, account.id);
	if (a->actors) actors_retire(a->actors, account.id);
	return account_remove(a->store, account.id);
}

enum cli_status admin_user_delete(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, delete_account);
}

static uint32_t count_apps(const struct account_view *account)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < account->credential_count; i++)
		n += account->credentials[i].is_app;
	return n;
}

static void list_account(const struct admin_request *r, struct json_writer *w,
			 const struct account_view *account)
{
	if (!r->json) {
		buf_addf(r->out, "%.*s\n", FMT(account->address));
		return;
	}
	json_write_object_begin(w);
	json_write_key(w, S("address"));
	json_write_string(w, account->address);
	json_write_key(w, S("id"));
	json_write_int(w, account->id);
	admin_write_quota(w, &account->quota);
	json_write_key(w, S("apps"));
	json_write_uint(w, count_apps(account));
	json_write_object_end(w);
}

static enum err list_accounts(const struct admin *, const struct admin_request *r,
			      const struct directory *d)
{
	struct account_view account;
	struct json_writer w;
	enum err e = ERR_NONE;

	json_writer_init(&w, r->out);
	if (r->json) json_write_array_begin(&w);
	if (r->count) {
		e = admin_find_account(d, r->words[0], &account);
		if (!e) list_account(r, &w, &account);
	}
	for (uint32_t at = 0; !r->count && directory_account_at(d, at, &account); at++)
		list_account(r, &w, &account);
	if (r->json) {
		json_write_array_end(&w);
		buf_add_char(r->out, '\n');
	}
	return e;
}

enum cli_status admin_user_list(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, list_accounts);
}

static bool has_app(const struct account_view *account, slice name)
{
	for (uint32_t i = 0; i < account->credential_count; i++)
		if (account->credentials[i].is_app &&
		    slice_eq(account->credentials[i].name, name))
			return true;
	return false;
}

/* The name given, or the first of app-1, app-2, ... that is free. */
static slice name_app(const struct admin_request *r, const struct account_view *account,
		      struct buf *room)
{
	if (r->count > 1) return r->words[1];
	for (uint32_t n = 1;; n++) {
		buf_reset(room);
		buf_addf(room, "app-%u", n);
		if (!has_app(account, buf_slice(room))) return buf_slice(room);
	}
}

static enum err add_app(const struct admin *a, const struct admin_request *r,
			const struct directory *d)
{
	struct account_view account;
	struct fresh f = { 0 };
	struct buf room;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (e) return e;
	buf_init(&room, APP_NAME_MAX);
	struct scram_salt salt = salt_of(&account);
	make_password(&f);
	e = credential_of_app(f.password, &salt, a->keys, seal_context(&account.id),
			      &f.forms);
	if (!e) {
		fill_row(&f);
		f.row.is_app = true;
		f.row.name = name_app(r, &account, &room);
		e = f.row.name.n > APP_NAME_MAX
			    ? ERR_LIMIT
			    : directory_add_app(a->store, account.address, &f.row);
	}
	if (!e) print_password(r, account.address, f.row.name, &f);
	fresh_done(&f);
	buf_done(&room);
	return e;
}

enum cli_status admin_app_add(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, add_app);
}

static enum err delete_app(const struct admin *a, const struct admin_request *r,
			   const struct directory *d)
{
	struct account_view account;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (!e) e = directory_delete_app(a->store, account.address, r->words[1]);
	if (!e) end_sessions(a, account.id);
	return e;
}

enum cli_status admin_app_delete(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, delete_app);
}

static void list_app(const struct admin_request *r, struct json_writer *w,
		     const struct stored_credential *c)
{
	if (!r->json) {
		plain_add(r->out, c->name);
		buf_add_char(r->out, '\n');
		return;
	}
	json_write_object_begin(w);
	json_write_key(w, S("name"));
	json_write_string(w, c->name);
	json_write_key(w, S("created"));
	json_write_date(w, c->created);
	json_write_object_end(w);
}

static enum err list_apps(const struct admin *, const struct admin_request *r,
			  const struct directory *d)
{
	struct account_view account;
	struct json_writer w;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (e) return e;
	json_writer_init(&w, r->out);
	if (r->json) json_write_array_begin(&w);
	for (uint32_t i = 0; i < account.credential_count; i++)
		if (account.credentials[i].is_app)
			list_app(r, &w, &account.credentials[i]);
	if (r->json) {
		json_write_array_end(&w);
		buf_add_char(r->out, '\n');
	}
	return ERR_NONE;
}

enum cli_status admin_app_list(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, list_apps);
}
