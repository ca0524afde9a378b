#include "store/quota.h"

#include "store/account_private.h"
#include "store/directory.h"

void quota_set_site(struct store *s, const struct quota *limits)
{
	s->site_storage = limits->storage;
	s->site_messages = limits->messages;
}

struct quota quota_limits(struct store *s, int64_t account)
{
	const struct directory *d = directory_get(s);
	struct account_view view = { .quota = { QUOTA_OF_SITE, QUOTA_OF_SITE } };
	struct quota q;

	directory_find_account_by_id(d, account, &view);
	q = view.quota;
	directory_put(d);
	if (q.storage == QUOTA_OF_SITE) q.storage = s->site_storage;
	if (q.messages == QUOTA_OF_SITE) q.messages = s->site_messages;
	return q;
}

/* The counters stand in the mailboxes' rows; their sum is kept while the handle is open,
 * and counted anew after anything was undone. */
enum err quota_usage(struct account *a, struct quota *ret)
{
	struct query *q;
	enum err e;

	if (!a->usage.is_known) {
		q = db_query(a->db, "SELECT SUM(size), SUM(messages) FROM mailbox");
		if (query_row(q)) {
			a->usage.octets = query_get_int(q, 0);
			a->usage.messages = query_get_int(q, 1);
		}
		e = query_end(q);
		if (e) return e;
		a->usage.is_known = true;
	}
	*ret = (struct quota){ a->usage.octets, a->usage.messages };
	return ERR_NONE;
}

void quota_count(struct account *a, int64_t octets, int64_t messages)
{
	a->usage.octets += octets;
	a->usage.messages += messages;
}

void quota_forget(struct account *a)
{
	a->usage.is_known = false;
}

static bool fits(int64_t used, uint64_t added, int64_t limit)
{
	return limit == QUOTA_NONE ||
	       (used <= limit && added <= (uint64_t)(limit - used));
}

enum err quota_check(struct account *a, uint64_t octets, uint64_t messages)
{
	struct quota limits, used;
	enum err e;

	if (!store_takes_mail(a->store)) return ERR_LATER;
	limits = quota_limits(a->store, a->id);
	if (limits.storage == QUOTA_NONE && limits.messages == QUOTA_NONE)
		return ERR_NONE;
	e = quota_usage(a, &used);
	if (e) return e;
	return fits(used.storage, octets, limits.storage) &&
			       fits(used.messages, messages, limits.messages)
		       ? ERR_NONE
		       : ERR_LIMIT;
}
