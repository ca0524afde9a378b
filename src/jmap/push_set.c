#include "base/random.h"
#include "jmap/call_private.h"
#include "jmap/methods.h"
#include "jmap/push_document.h"
#include "jmap/push_property.h"
#include "jmap/state_change.h"
#include "store/document.h"

enum { CODE_OCTETS = 16 }; /* of chance */

/* --- when it ends --- */

/* No later than it may, and some time after now; false: it would have ended. */
static bool take_expires(const struct call *c, const json_t *date, int64_t *ret)
{
	int64_t latest = call_now(c) + JMAP_PUSH_LIFE_S, asked = latest;

	if (json_is_string(date) && !utc_date_parse(json_string_value(date), &asked))
		return false;
	*ret = asked < latest ? asked : latest;
	return *ret > call_now(c);
}

static void set_expires(const struct call *c, const json_t *date, json_t *document,
			struct set_outcome *o)
{
	int64_t expires;

	if (date && !push_is_date(date)) return; /* it was refused as a property */
	if (take_expires(c, date, &expires))
		json_object_set_new(document, "expires", json_integer(expires));
	else
		set_refuse(o, "invalidProperties", "expires", "that is in the past");
}

/* --- creating --- */

static bool count_one(void *count, int64_t, slice)
{
	++*(size_t *)count;
	return true;
}

static enum err check_count(struct account *a, struct set_outcome *o)
{
	size_t count = 0;
	enum err e = document_each(a, DOCUMENT_PUSH, count_one, &count);

	if (!e && count >= JMAP_PUSHES_MAX)
		set_refuse(o, "overQuota", NULL, "there are too many");
	return e;
}

/* What its host knows of it. */
static void check_push(const struct call *c, json_t *object, struct set_outcome *o)
{
	const struct jmap_request *r = c->request;
	const json_t *keys = json_object_get(object, "keys");
	struct buf key;
	enum err e;

	buf_init(&key, PUSH_KEYS_ROOM);
	push_take_key(keys, "p256dh", PUSH_KEY_OCTETS, &key);
	e = r->ops->check_push(r->host, json_text(json_object_get(object, "url")),
			       buf_slice(&key));
	buf_done(&key);
	if (e == ERR_LIMIT)
		set_refuse(o, "rateLimit", NULL, "too many were made lately");
	else if (e == ERR_MALFORMED)
		set_refuse(o, "invalidProperties", "keys",
			   "the key is no point of P-256");
	else if (e)
		set_refuse(o, "invalidProperties", "url", "nothing is pushed there");
}

static json_t *member_or_null(const json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return value ? json_incref(value) : json_null();
}

static json_t *new_document(const struct call *c, json_t *object)
{
	struct buf code;

	buf_init(&code, ID_TEXT_MAX);
	random_add_id(&code, CODE_OCTETS);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:b, s:b}",
			 "deviceClientId", member_or_null(object, "deviceClientId"),
			 "url", member_or_null(object, "url"), "keys",
			 member_or_null(object, "keys"), "types",
			 member_or_null(object, "types"), "code", json_buf(&code),
			 "signer", json_slice(call_user(c)->push_key), "credential",
			 (json_int_t)call_user(c)->credential, "verified", 0, "asked", 0);
}

/* What the client did not say. */
static json_t *told_of_new(const struct call *c, int64_t id, json_t *document,
			   const json_t *object)
{
	json_t *told = push_view(c, id, document), *value;
	const char *name;
	void *next;

	json_object_foreach_safe(told, next, name, value)
	{
		if (json_equal(json_object_get(object, name), value))
			json_object_del(told, name);
	}
	return told;
}

static enum err put_new(struct call *c, struct account *a, json_t *object,
			json_t *document, struct set_outcome *o)
{
	int64_t id = 0;
	enum err e = push_put(a, document, &id);

	if (e == ERR_LIMIT) return set_refuse(o, "overQuota", NULL, "there are too many");
	if (!e) o->object = told_of_new(c, id, document, object);
	return e;
}

static enum err create(struct call *c, struct account *a, const char *, json_t *object,
		       struct set_outcome *o)
{
	json_t *document;
	enum err e = ERR_NONE;

	if (!call_user(c)->may_push)
		return set_refuse(o, "forbidden", NULL, "a sandbox pushes nowhere");
	push_check_new(object, o);
	document = new_document(c, object);
	set_expires(c, json_object_get(object, "expires"), document, o);
	if (!o->error) e = check_count(a, o);
	if (!e && !o->error) check_push(c, object, o);
	if (!e && !o->error) e = put_new(c, a, object, document, o);
	json_decref(document);
	return e;
}

/* --- updating --- */

/* What changes from now on is told. */
static enum err verify(struct account *a, json_t *document)
{
	struct buf states;
	enum err e;

	buf_init(&states, JMAP_STATES_MAX);
	e = jmap_states_write(a, NULL, 0, &states);
	json_object_set_new(document, "known", json_buf(&states));
	json_object_set_new(document, "verified", json_true());
	return e;
}

/* Null again, or not the code: it stays what it was (RFC 8620 7.2.2). */
static enum err set_code(struct account *a, json_t *now, json_t *code, json_t *document,
			 struct set_outcome *o)
{
	if (json_equal(json_object_get(now, "verificationCode"), code)) return ERR_NONE;
	if (json_equal(json_object_get(document, "code"), code))
		return verify(a, document);
	return set_refuse(o, "invalidProperties", "verificationCode",
			  "that is not the code that was sent");
}

/* Null is the default: what is not there any more has it again. */
static void complete(json_t *now, json_t *patched)
{
	const char *name;
	json_t *value;

	json_object_foreach(now, name, value)
	{
		if (!json_object_get(patched, name))
			json_object_set_new(patched, name, json_null());
	}
}

static enum err change(struct call *c, struct account *a, json_t *now, json_t *patched,
		       json_t *document, struct set_outcome *o)
{
	json_t *expires;

	complete(now, patched);
	expires = json_object_get(patched, "expires");
	push_check_changes(now, patched, o);
	if (!json_equal(json_object_get(now, "expires"), expires))
		set_expires(c, expires, document, o);
	json_object_set(document, "types", json_object_get(patched, "types"));
	return set_code(a, now, json_object_get(patched, "verificationCode"), document,
			o);
}

/* What is not as it was asked for: an end that is earlier. */
static void tell_change(const struct call *c, int64_t id, json_t *document,
			json_t *patched, struct set_outcome *o)
{
	json_t *now = push_view(c, id, document),
	       *expires = json_object_get(now, "expires");

	if (!json_equal(json_object_get(patched, "expires"), expires))
		o->object = json_pack("{s:O}", "expires", expires);
	json_decref(now);
}

static enum err update_found(struct call *c, struct account *a, int64_t id,
			     json_t *document, json_t *patch, struct set_outcome *o)
{
	json_t *now = push_view(c, id, document), *patched = set_patched(now, patch, o);
	enum err e = ERR_NONE;

	if (patched) e = change(c, a, now, patched, document, o);
	if (!e && !o->error) e = push_put(a, document, &id);
	if (!e && !o->error) tell_change(c, id, document, patched, o);
	json_decref(now);
	json_decref(patched);
	return e;
}

static enum err update(struct call *c, struct account *a, const char *id, json_t *patch,
		       struct set_outcome *o)
{
	json_t *document;
	enum err e = push_find(c, a, id, &document);

	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "");
	if (e) return e;
	e = update_found(c, a, id_number(c, OBJECT_PUSH, id), document, patch, o);
	json_decref(document);
	return e;
}

/* --- destroying --- */

static enum err destroy(struct call *c, struct account *a, const char *id,
			struct set_outcome *o)
{
	json_t *document;
	enum err e = push_find(c, a, id, &document);

	if (e == ERR_NOT_FOUND) return set_refuse(o, "notFound", NULL, "");
	if (e) return e;
	json_decref(document);
	return jmap_push_remove(a, id_number(c, OBJECT_PUSH, id));
}

/* --- the method (RFC 8620 7.2.2) --- */

static enum err run_set(struct call *c, struct account *a)
{
	static const struct set_type type = {
		.create = create,
		.update = update,
		.destroy = destroy,
	};

	return set_run(c, a, &type);
}

/* Who pushes hears of it at once, for a new one is to be verified. */
static void tell_host(struct call *c)
{
	const struct jmap_request *r = c->request;

	r->ops->pushes_changed(r->host);
	call_resume(c);
}

const struct method push_set = {
	.name = "PushSubscription/set",
	.capability = CAPABILITY_CORE,
	.has_no_account = true,
	.steps = { { .run = run_set, .level = JOB_WRITES }, { .ask = tell_host } },
};
