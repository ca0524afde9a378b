/* postroom user quota: an account's limits, which count at once. */
#include "config/config_keys.h"
#include "operator/admin_account.h"

/* "none", "site", or a number with its unit. */
static bool read_limit(slice word, int64_t *ret)
{
	if (slice_eq(word, S("none"))) {
		*ret = QUOTA_NONE;
		return true;
	}
	if (slice_eq(word, S("site"))) {
		*ret = QUOTA_OF_SITE;
		return true;
	}
	return config_read_size(word, ret);
}

static bool read_limits(const struct admin_request *r, struct quota *q)
{
	return (r->count < 2 || read_limit(r->words[1], &q->storage)) &&
	       (r->count < 3 || read_limit(r->words[2], &q->messages));
}

static void print_limit(struct buf *out, const char *name, int64_t limit)
{
	buf_addf(out, "%s: ", name);
	if (limit == QUOTA_OF_SITE)
		buf_add(out, S("site"));
	else if (limit == QUOTA_NONE)
		buf_add(out, S("none"));
	else
		buf_add_u64(out, (uint64_t)limit);
	buf_add_char(out, '\n');
}

static void write_limit(struct json_writer *w, slice key, int64_t limit)
{
	json_write_key(w, key);
	if (limit == QUOTA_OF_SITE)
		json_write_null(w);
	else
		json_write_int(w, limit);
}

void admin_write_quota(struct json_writer *w, const struct quota *q)
{
	write_limit(w, S("quota"), q->storage);
	write_limit(w, S("message-quota"), q->messages);
}

static void print_quota(const struct admin_request *r, slice address,
			const struct quota *q)
{
	struct json_writer w;

	if (!r->json) {
		print_limit(r->out, "storage", q->storage);
		print_limit(r->out, "messages", q->messages);
		return;
	}
	json_writer_init(&w, r->out);
	json_write_object_begin(&w);
	json_write_key(&w, S("address"));
	json_write_string(&w, address);
	admin_write_quota(&w, q);
	json_write_object_end(&w);
	buf_add_char(r->out, '\n');
}

static enum err set_or_show(const struct admin *a, const struct admin_request *r,
			    const struct directory *d)
{
	struct account_view account;
	struct quota limits;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (e) return e;
	limits = account.quota;
	if (!read_limits(r, &limits)) return ERR_DENIED;
	if (r->count > 1) e = directory_set_quota(a->store, account.address, &limits);
	if (!e) print_quota(r, account.address, &limits);
	return e;
}

enum cli_status admin_user_quota(const struct admin *a, const struct admin_request *r)
{
	struct quota limits;

	if (!read_limits(r, &limits)) {
		buf_add(r->fault, S("a limit is a size as 2G, none, or site"));
		return CLI_USAGE;
	}
	return admin_with_directory(a, r, set_or_show);
}
