#include "imap/quota_root.h"

#include "imap/writer.h"
#include "store/directory.h"

enum { STORAGE_UNIT = 1024 }; /* octets (RFC 9208 5.1) */

bool quota_root_owner(struct store *s, int64_t self, slice root, int64_t *ret)
{
	const struct directory *d = directory_get(s);
	struct account_view view;
	bool found = false;

	if (!root.n && !directory_find_account_by_id(d, self, &view)) {
		*ret = self;
		found = true;
	} else if (take_literal(&root, S("#user/")) &&
		   directory_find_account(d, root, &view)) {
		*ret = view.id;
		found = true;
	}
	directory_put(d);
	return found;
}

void quota_root_write(struct store *s, int64_t account, struct buf *out)
{
	const struct directory *d = directory_get(s);
	struct account_view view = { 0 };
	struct buf name;

	buf_init(&name, ADDRESS_MAX + 10);
	if (directory_find_account_by_id(d, account, &view))
		buf_addf(&name, "#user/%.*s", FMT(view.address));
	write_astring(out, buf_slice(&name), false);
	buf_done(&name);
	directory_put(d);
}

/* What has been begun counts as used. */
static int64_t in_units(int64_t octets)
{
	return octets / STORAGE_UNIT + (octets % STORAGE_UNIT != 0);
}

static void write_resource(struct buf *out, const char *name, int64_t used, int64_t limit,
			   bool *is_first)
{
	if (limit == QUOTA_NONE) return;
	buf_addf(out, "%s%s %jd %jd", *is_first ? "" : " ", name, (intmax_t)used,
		 (intmax_t)limit);
	*is_first = false;
}

enum err quota_write(struct account *a, struct buf *out)
{
	struct quota used, limits = quota_limits(account_store(a), account_id(a));
	bool is_first = true;
	enum err e = quota_usage(a, &used);

	if (e) return e;
	buf_add(out, S("* QUOTA "));
	quota_root_write(account_store(a), account_id(a), out);
	buf_add(out, S(" ("));
	if (limits.storage != QUOTA_NONE) limits.storage = in_units(limits.storage);
	write_resource(out, "STORAGE", in_units(used.storage), limits.storage, &is_first);
	write_resource(out, "MESSAGE", used.messages, limits.messages, &is_first);
	buf_add(out, S(")\r\n"));
	return ERR_NONE;
}
