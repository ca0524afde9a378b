#include "jmap/placement.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/binary.h"
#include "jmap/email_visible.h"
#include "store/email_view.h"

enum { ARENA_MAX = 1024 * 1024 };

void placement_fault(struct set_outcome *o, const char *property, const char *text)
{
	if (!o->error)
		set_refuse(o, "invalidProperties", property, text);
	else if (!strcmp(o->error, "invalidProperties") && o->properties)
		json_array_append_new(o->properties, json_string(property));
}

void placement_done(struct placement *p)
{
	free(p->mailboxes);
	*p = (struct placement){ 0 };
}

/* --- mailboxIds --- */

/* ERR_NOT_FOUND also for one that holds no messages. */
static enum err find_mailbox(struct call *c, struct account *a, const char *name,
			     struct arena *arena, int64_t *ret)
{
	const char *id = call_id(c, name);
	struct mailbox m;
	enum err e;

	*ret = id ? id_number(c, OBJECT_MAILBOX, id) : -1;
	if (*ret < 0) return ERR_NOT_FOUND;
	e = mailbox_get(a, *ret, arena, &m);
	return !e && !m.selectable ? ERR_NOT_FOUND : e;
}

static bool has_mailbox(const struct placement *p, int64_t mailbox)
{
	for (uint32_t i = 0; i < p->count; i++)
		if (p->mailboxes[i] == mailbox) return true;
	return false;
}

static enum err add_mailbox(struct call *c, struct account *a, const char *name,
			    struct placement *p)
{
	CLEANUP(arena_done) struct arena arena;
	int64_t mailbox;
	enum err e;

	arena_init(&arena, ARENA_MAX);
	e = find_mailbox(c, a, name, &arena, &mailbox);
	if (!e && !has_mailbox(p, mailbox)) p->mailboxes[p->count++] = mailbox;
	return e;
}

static enum err read_mailboxes(struct call *c, struct account *a, const json_t *ids,
			       struct placement *p, struct set_outcome *o)
{
	size_t count = json_object_size(ids);
	const char *name;
	json_t *value;

	if (count > JMAP_MAILBOXES_PER_EMAIL)
		return set_refuse(o, "tooManyMailboxes", NULL,
				  "an email can be in that many mailboxes no more");
	if (!count) placement_fault(o, "mailboxIds", "an email must be in a mailbox");
	p->mailboxes = calloc(count + 1, sizeof(*p->mailboxes));
	if (!p->mailboxes) return ERR_LATER;
	json_object_foreach((json_t *)(uintptr_t)ids, name, value)
	{
		enum err e = ERR_NOT_FOUND;

		if (json_is_true(value)) e = add_mailbox(c, a, name, p);
		if (e && e != ERR_NOT_FOUND) return e;
		if (!e) continue;
		placement_fault(o, "mailboxIds",
				"mailboxIds has what is no mailbox, or not true");
		return ERR_NONE;
	}
	return ERR_NONE;
}

/* --- keywords --- */

static const struct {
	slice name;
	uint64_t flag;
} system_keywords[] = {
	{ SLICE_INIT("$seen"), FLAG_SEEN },
	{ SLICE_INIT("$answered"), FLAG_ANSWERED },
	{ SLICE_INIT("$flagged"), FLAG_FLAGGED },
	{ SLICE_INIT("$draft"), FLAG_DRAFT },
};

/* "$recent" has been set aside, lest it be taken for IMAP's flag (RFC 8621 10.4.5). */
static bool is_keyword(slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if (slice_find_char(S("(){]%*\"\\"), name.p[i]) < 8) return false;
	return is_visible(name) && name.n <= KEYWORD_NAME_MAX &&
	       !slice_eq_nocase(name, S("$recent"));
}

static enum err keyword_flag(struct account *a, slice name, uint64_t *ret)
{
	char lower[KEYWORD_NAME_MAX];

	for (size_t i = 0; i < countof(system_keywords); i++) {
		if (!slice_eq_nocase(system_keywords[i].name, name)) continue;
		*ret = system_keywords[i].flag;
		return ERR_NONE;
	}
	for (size_t i = 0; i < name.n; i++)
		lower[i] = lower_ascii(name.p[i]);
	return keyword_bit(a, (slice){ lower, name.n }, true, ret);
}

static bool are_keywords(const json_t *keywords)
{
	const char *name;
	json_t *value;

	if (keywords && !json_is_object(keywords)) return false;
	json_object_foreach((json_t *)(uintptr_t)keywords, name,
			    value) if (!json_is_true(value) ||
				       !is_keyword(slice_of(name))) return false;
	return true;
}

static enum err read_keywords(struct account *a, const json_t *keywords,
			      struct placement *p, struct set_outcome *o)
{
	const char *name;
	json_t *value;

	if (!are_keywords(keywords)) {
		placement_fault(o, "keywords",
				"keywords has what is no keyword, or not true");
		return ERR_NONE;
	}
	json_object_foreach((json_t *)(uintptr_t)keywords, name, value)
	{
		uint64_t flag = 0;
		enum err e = keyword_flag(a, slice_of(name), &flag);

		if (e == ERR_LIMIT)
			return set_refuse(o, "tooManyKeywords", NULL,
					  "the account can have no more keywords");
		if (e) return e;
		p->flags |= flag;
	}
	return ERR_NONE;
}

enum err placement_read(struct call *c, struct account *a, const json_t *mailbox_ids,
			const json_t *keywords, struct placement *ret,
			struct set_outcome *o)
{
	enum err e;

	*ret = (struct placement){ 0 };
	if (json_is_null(keywords)) keywords = NULL;
	e = read_mailboxes(c, a, mailbox_ids, ret, o);
	if (!e) e = read_keywords(a, keywords, ret, o);
	return e;
}

void placement_received(const json_t *object, int64_t *ret, struct set_outcome *o)
{
	const json_t *value = json_object_get(object, "receivedAt");

	if (!value || json_is_null(value)) return;
	if (!json_is_string(value) || !utc_date_parse(json_string_value(value), ret))
		placement_fault(o, "receivedAt", "receivedAt is no UTCDate");
}

/* --- of an email that is there --- */

struct naming {
	uint64_t flags;
	json_t *object;
};

static void add_keyword(void *context, uint64_t bit, slice name)
{
	struct naming *n = context;
	char lower[KEYWORD_NAME_MAX + 1] = { 0 };

	if (!(n->flags & bit)) return;
	for (size_t i = 0; i < name.n && i < KEYWORD_NAME_MAX; i++)
		lower[i] = lower_ascii(name.p[i]);
	json_object_set_new(n->object, lower, json_true());
}

enum err placement_keywords(struct account *a, uint64_t flags, json_t **ret)
{
	struct naming n = { flags, json_object() };
	enum err e;

	for (size_t i = 0; i < countof(system_keywords); i++)
		add_keyword(&n, system_keywords[i].flag, system_keywords[i].name);
	e = keyword_each(a, add_keyword, &n);
	if (e)
		json_decref(n.object);
	else
		*ret = n.object;
	return e;
}

json_t *placement_mailboxes(const struct call *c, const struct email_view *e)
{
	json_t *ids = json_object();

	for (uint32_t i = 0; i < e->place_count; i++) {
		json_t *id = json_id(OBJECT_MAILBOX, call_user(c)->account,
				     e->places[i].mailbox);

		if (place_is_visible(&e->places[i]))
			json_object_set_new(ids, json_string_value(id), json_true());
		json_decref(id);
	}
	return ids;
}

/* --- a new one --- */

static enum err append(struct account *a, const struct incoming *message,
		       const struct placement *p, int64_t received, int64_t *ret)
{
	const struct append what = { .message = message,
				     .flags = p->flags,
				     .received = received };
	uint32_t uid;
	enum err e = message_append(a, p->mailboxes[0], &what, &uid, ret);

	for (uint32_t i = 1; !e && i < p->count; i++) {
		e = message_link(a, *ret, p->mailboxes[i], p->flags, &uid);
		if (e == ERR_LIMIT && email_destroy(a, *ret)) e = ERR_LATER;
	}
	return e;
}

static json_t *blob_id(int64_t account, int64_t email)
{
	CLEANUP(buf_done) struct buf id;

	buf_init(&id, ID_TEXT_MAX);
	binary_id_of_email(account, email, &id);
	return json_slice(buf_slice(&id));
}

static enum err describe(struct call *c, struct account *a, int64_t email, json_t **ret)
{
	int64_t account = call_user(c)->account;
	CLEANUP(arena_done) struct arena arena;
	struct email_view view;
	enum err e;

	arena_init(&arena, ARENA_MAX);
	e = email_view_get(a, email, 0, &arena, &view);
	if (e) return e;
	*ret = json_pack("{s:o,s:o,s:o,s:I}", "id", json_id(OBJECT_EMAIL, account, email),
			 "blobId", blob_id(account, email), "threadId",
			 json_id(OBJECT_THREAD, account, view.thread), "size",
			 (json_int_t)view.size);
	return ERR_NONE;
}

enum err placement_append(struct call *c, struct account *a,
			  const struct incoming *message, const struct placement *p,
			  int64_t received, struct set_outcome *o)
{
	int64_t email = 0;
	enum err e;

	if (o->error) return ERR_NONE;
	e = append(a, message, p, received, &email);
	if (e == ERR_LIMIT)
		return set_refuse(o, "overQuota", NULL, "the account is full");
	return e ? e : describe(c, a, email, &o->object);
}
