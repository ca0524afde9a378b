#include "store/check.h"

#include "store/account_private.h"
#include "store/blob.h"
#include "store/body_private.h"
#include "store/sha256.h"
#include "store/uidset.h"

struct checking {
	struct account *a;
	check_visitor *visit;
	void *context;
	uint64_t faults;
};

static void fault(struct checking *c, slice what, int64_t id)
{
	c->faults++;
	c->visit(c->context, what, id);
}

/* Each gives the ids of what is wrong. */
static const struct rule {
	slice what;
	const char *sql;
} rules[] = {
	{ SLICE_INIT("a counter of the mailbox is not what its messages give"),
	  "SELECT b.id FROM mailbox b LEFT JOIN (SELECT mailbox, COUNT(*) AS n,"
	  " SUM(CASE WHEN flags & 1 = 0 THEN 1 ELSE 0 END) AS unseen,"
	  " SUM(CASE WHEN flags & 8 <> 0 THEN 1 ELSE 0 END) AS deleted,"
	  " SUM(size) AS size FROM message GROUP BY mailbox) m ON m.mailbox = b.id"
	  " WHERE b.messages <> COALESCE(m.n, 0) OR b.unseen <> COALESCE(m.unseen, 0)"
	  " OR b.deleted <> COALESCE(m.deleted, 0) OR b.size <> COALESCE(m.size, 0)" },
	{ SLICE_INIT("a UID is not below the mailbox's next one"),
	  "SELECT b.id FROM mailbox b WHERE b.uid_next <="
	  " (SELECT MAX(m.uid) FROM message m WHERE m.mailbox = b.id)" },
	{ SLICE_INIT("a message has a higher modseq than its mailbox"),
	  "SELECT b.id FROM mailbox b WHERE b.modseq <"
	  " (SELECT MAX(m.modseq) FROM message m WHERE m.mailbox = b.id)" },
	{ SLICE_INIT("a mailbox has a higher modseq than the account"),
	  "SELECT b.id FROM mailbox b WHERE b.modseq > (SELECT modseq FROM account)" },
	{ SLICE_INIT("the expunge log's length is wrong"),
	  "SELECT b.id FROM mailbox b WHERE b.vanished_rows <>"
	  " (SELECT COUNT(*) FROM vanished v WHERE v.mailbox = b.id)" },
	{ SLICE_INIT("a message is in the expunge log and in the mailbox"),
	  "SELECT v.mailbox FROM vanished v JOIN message m ON m.mailbox = v.mailbox"
	  " AND m.uid BETWEEN v.first_uid AND v.last_uid" },
	{ SLICE_INIT("messages of no mailbox"),
	  "SELECT DISTINCT mailbox FROM message WHERE mailbox NOT IN"
	  " (SELECT id FROM mailbox WHERE selectable = 1)" },
	{ SLICE_INIT("UIDs of no mailbox"),
	  "SELECT DISTINCT mailbox FROM uidset WHERE mailbox NOT IN"
	  " (SELECT id FROM mailbox WHERE selectable = 1)" },
	{ SLICE_INIT("a message's email is not there or has another size"),
	  "SELECT m.email FROM message m LEFT JOIN email e ON e.id = m.email"
	  " WHERE e.id IS NULL OR e.size <> m.size" },
	{ SLICE_INIT("an email is in no mailbox"),
	  "SELECT id FROM email WHERE NOT EXISTS"
	  " (SELECT 1 FROM message WHERE email = email.id)" },
	{ SLICE_INIT("an email's blob is not there"),
	  "SELECT id FROM email WHERE blob NOT IN (SELECT id FROM blob)" },
	{ SLICE_INIT("an email that is not there waits for a message"),
	  "SELECT DISTINCT email FROM awaited WHERE email NOT IN"
	  " (SELECT id FROM email)" },
	{ SLICE_INIT("an upload's blob is not there"),
	  "SELECT id FROM upload WHERE blob NOT IN (SELECT id FROM blob)" },
	{ SLICE_INIT("a blob is not of as many emails and uploads as it says"),
	  "SELECT b.id FROM blob b LEFT JOIN (SELECT blob, COUNT(*) AS n FROM"
	  " (SELECT blob FROM email UNION ALL SELECT blob FROM upload) AS holder"
	  " GROUP BY blob) h ON h.blob = b.id WHERE b.emails <> COALESCE(h.n, 0)" },
	{ SLICE_INIT("a message's thread is not its email's"),
	  "SELECT m.email FROM message m JOIN email e ON e.id = m.email"
	  " WHERE m.thread <> e.thread" },
	{ SLICE_INIT("the first email of a thread is not just below it"),
	  "SELECT id FROM email e WHERE e.thread > e.id"
	  " AND e.id <> (SELECT MAX(f.id) FROM email f WHERE f.id < e.thread)" },
	{ SLICE_INIT("emails of a thread do not tell the same of it"),
	  "SELECT thread FROM email GROUP BY thread"
	  " HAVING MIN(thread_created) <> MAX(thread_created)"
	  " OR MIN(thread_created) > MIN(created)" },
	{ SLICE_INIT("an email has a lower modseq than those before it"),
	  "SELECT id FROM (SELECT id, created, LAG(created) OVER (ORDER BY id)"
	  " AS earlier FROM email) AS e WHERE created < earlier" },
	{ SLICE_INIT("the state of emails is behind"),
	  "SELECT id FROM account WHERE email_modseq > modseq"
	  " OR email_modseq < (SELECT MAX(modseq) FROM message)"
	  " OR email_modseq < (SELECT MAX(modseq) FROM gone WHERE kind IN (0, 1))" },
	{ SLICE_INIT("the state of mailboxes is behind"),
	  "SELECT id FROM account WHERE mailbox_modseq > modseq"
	  " OR mailbox_modseq < (SELECT MAX(created) FROM mailbox)"
	  " OR mailbox_modseq < (SELECT MAX(altered) FROM mailbox)"
	  " OR mailbox_modseq < (SELECT MAX(counted) FROM mailbox)"
	  " OR mailbox_modseq < (SELECT MAX(modseq) FROM gone WHERE kind = 2)" },
	{ SLICE_INIT("something is logged as gone and is there"),
	  "SELECT g.id FROM gone g WHERE g.what = 1 AND"
	  " (g.kind = 0 AND g.id IN (SELECT id FROM email)"
	  " OR g.kind = 1 AND g.id IN (SELECT thread FROM email)"
	  " OR g.kind = 2 AND g.id IN (SELECT id FROM mailbox)"
	  " OR g.kind > 3 AND g.id IN (SELECT id FROM document))" },
	{ SLICE_INIT("an id is not below the account's next one"),
	  "SELECT id FROM account WHERE next_id <= (SELECT MAX(id) FROM email)"
	  " OR next_id <= (SELECT MAX(id) FROM blob)"
	  " OR next_id <= (SELECT MAX(id) FROM mailbox)"
	  " OR next_id <= (SELECT MAX(thread) FROM email)"
	  " OR next_id <= (SELECT MAX(id) FROM document)"
	  " OR next_id <= (SELECT MAX(id) FROM upload)" },
	{ SLICE_INIT("rights on no mailbox"),
	  "SELECT mailbox FROM acl WHERE mailbox NOT IN (SELECT id FROM mailbox)" },
	{ SLICE_INIT("annotations of no mailbox"),
	  "SELECT mailbox FROM metadata WHERE mailbox <> 0 AND mailbox NOT IN"
	  " (SELECT id FROM mailbox)" },
	{ SLICE_INIT("there is no INBOX"),
	  "SELECT id FROM account WHERE NOT EXISTS"
	  " (SELECT 1 FROM mailbox WHERE name = 'INBOX' AND selectable = 1)" },
};

static enum err check_rule(struct checking *c, const struct rule *r)
{
	struct query *q = db_query(c->a->db, r->sql);

	while (query_row(q))
		fault(c, r->what, query_get_int(q, 0));
	return query_end(q);
}

static enum err check_file(struct checking *c)
{
	struct query *q = db_query(c->a->db, "PRAGMA integrity_check");

	while (query_row(q)) {
		slice line = query_get_slice(q, 0);

		if (!slice_eq(line, S("ok"))) fault(c, line, 0);
	}
	return query_end(q);
}

/* --- UID sets --- */

static bool collect_uid(void *context, const struct message *m)
{
	interval_set_add(context, m->uid);
	return true;
}

static enum err check_uids_of(struct checking *c, int64_t mailbox)
{
	struct interval_set stored = { 0 }, found = { 0 };
	enum err e = uidset_read(c->a, mailbox, &stored);

	if (!e) e = message_each(c->a, mailbox, 1, UINT32_MAX, 0, collect_uid, &found);
	if (!e && !interval_set_equal(&stored, &found))
		fault(c, S("the stored UIDs are not those of the messages"), mailbox);
	interval_set_done(&stored);
	interval_set_done(&found);
	return e;
}

static enum err check_uids(struct checking *c)
{
	struct query *q =
		db_query(c->a->db, "SELECT id FROM mailbox WHERE selectable = 1");
	enum err e = ERR_NONE, ended;

	while (!e && query_row(q))
		e = check_uids_of(c, query_get_int(q, 0));
	ended = query_end(q);
	return ended ? ended : e;
}

/* --- bodies --- */

static bool hash_from(const struct body *b, uint64_t at, EVP_MD_CTX *hash)
{
	char chunk[16 * 1024];
	uint64_t size = body_size(b);
	bool good = true;

	for (; good && at < size; at += sizeof(chunk)) {
		size_t n =
			size - at < sizeof(chunk) ? (size_t)(size - at) : sizeof(chunk);

		good = body_read(b, at, chunk, n) &&
		       EVP_DigestUpdate(hash, chunk, n) == 1;
	}
	return good;
}

static bool body_has_hash(const struct body *b, uint64_t prefix, slice want)
{
	EVP_MD_CTX *hash = sha256_begin();
	unsigned char got[MESSAGE_HASH_SIZE];
	bool good =
		hash_from(b, prefix, hash) && EVP_DigestFinal_ex(hash, got, NULL) == 1;

	EVP_MD_CTX_free(hash);
	return good && slice_eq(want, (slice){ (const char *)got, sizeof(got) });
}

struct stored_body {
	bool is_upload;
	int64_t id; /* the email's or the upload's */
	uint64_t size, prefix;
	slice hash;
};

static void check_body(struct checking *c, const struct stored_body *s)
{
	struct body *b;
	enum err e = s->is_upload ? body_open_upload(c->a, s->id, 0, &b)
				  : body_open(c->a, s->id, &b);

	if (e == ERR_NOT_FOUND) return; /* reported by a rule */
	if (e) {
		fault(c, S("a body cannot be read"), s->id);
		return;
	}
	if (body_size(b) != s->size || !body_has_hash(b, s->prefix, s->hash))
		fault(c, S("a body is not what was stored"), s->id);
	body_close(b);
}

static enum err check_bodies(struct checking *c)
{
	struct query *q =
		db_query(c->a->db, "SELECT 0, e.id, e.size, LENGTH(e.prefix), b.hash"
				   " FROM email e JOIN blob b ON b.id = e.blob UNION ALL"
				   " SELECT 1, u.id, u.size, 0, b.hash"
				   " FROM upload u JOIN blob b ON b.id = u.blob");

	while (query_row(q)) {
		const struct stored_body s = { query_get_int(q, 0), query_get_int(q, 1),
					       (uint64_t)query_get_int(q, 2),
					       (uint64_t)query_get_int(q, 3),
					       query_get_slice(q, 4) };

		check_body(c, &s);
	}
	return query_end(q);
}

enum err account_check(struct account *a, bool bodies, check_visitor *visit,
		       void *context, uint64_t *ret_faults)
{
	struct checking c = { .a = a, .visit = visit, .context = context };
	enum err e = check_file(&c);

	for (size_t i = 0; !e && i < countof(rules); i++)
		e = check_rule(&c, rules + i);
	if (!e) e = check_uids(&c);
	if (!e && bodies) e = check_bodies(&c);
	if (!e) *ret_faults = c.faults;
	return e;
}
