/*
 * Email/import (RFC 8621 4.8)
 *
 * The blobs are copied with the account and taken apart without it; then all is written,
 * as by an Email/set that only creates.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/date.h"
#include "jmap/binary.h"
#include "jmap/methods.h"
#include "jmap/placement.h"
#include "store/states.h"

enum { PIECE_MAX = 256 * 1024 };

struct import {
	const char *name;
	json_t *object; /* an EmailImport; borrowed */
	struct incoming *message;
	bool is_too_large, has_no_blob;
	enum err failure;
};

struct email_import {
	struct import *list; /* in the order of "emails" */
	size_t count, copied;
};

static void free_state(void *state)
{
	struct email_import *s = state;

	for (size_t i = 0; i < s->count; i++)
		incoming_free(s->list[i].message);
	free(s->list);
}

static const char *const arguments[] = { "accountId", "ifInState", "emails", NULL };

/* --- the messages --- */

static void copy(struct import *i, struct binary *from, uint64_t max)
{
	CLEANUP(buf_done) struct buf piece;
	bool has_ended = false;

	buf_init(&piece, PIECE_MAX);
	while (!has_ended && !i->failure && !i->is_too_large) {
		buf_reset(&piece);
		if (!binary_read(from, &piece, &has_ended))
			i->failure = ERR_LATER;
		else
			i->failure = incoming_add(i->message, buf_slice(&piece));
		if (incoming_size(i->message) > max) i->is_too_large = true;
	}
}

static enum err copy_one(struct call *c, struct account *a, struct import *i)
{
	const json_t *id = json_object_get(i->object, "blobId");
	struct binary *blob;
	enum err e = ERR_NOT_FOUND;

	if (json_is_string(id)) e = binary_open(a, json_text(id), &blob);
	i->has_no_blob = e == ERR_NOT_FOUND;
	if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e;
	i->message = incoming_new(account_store(a));
	copy(i, blob, call_user(c)->message_max);
	binary_close(blob);
	return ERR_NONE;
}

/* From here on "emails" is "create", as set_run wants it. */
static bool start(struct call *c)
{
	struct email_import *s = call_state(c);
	json_t *emails = NULL, *object;
	const char *name;

	if (!arguments_known(c, arguments) || !argument_object(c, "emails", &emails))
		return false;
	if (!emails)
		call_fail(c, "invalidArguments", "\"emails\" is missing");
	else if (json_object_size(emails) > JMAP_SET_MAX)
		call_fail(c, "requestTooLarge", "at most %d emails", JMAP_SET_MAX);
	if (call_has_failed(c)) return false;
	s->list = calloc(json_object_size(emails) + 1, sizeof(*s->list));
	if (!s->list) return false;
	json_object_foreach(emails, name, object)
	{
		s->list[s->count++] = (struct import){ .name = name, .object = object };
	}
	json_object_set(call_arguments(c), "create", emails);
	json_object_del(call_arguments(c), "emails");
	return true;
}

/* A few at a time: what was copied stays. */
static enum err copy_all(struct call *c, struct account *a)
{
	struct email_import *s = call_state(c);
	enum err e = ERR_NONE;

	if (!s->list && !start(c)) return call_has_failed(c) ? ERR_NONE : ERR_LATER;
	while (!e && s->copied < s->count) {
		e = copy_one(c, a, &s->list[s->copied]);
		if (!e) s->copied++;
		if (!e && s->copied < s->count && call_is_late(c)) {
			call_again(c);
			break;
		}
	}
	return e;
}

static void finish_all(struct call *c)
{
	struct email_import *s = call_state(c);

	for (size_t i = 0; i < s->count; i++) {
		struct import *one = &s->list[i];

		if (one->message && !one->failure && !one->is_too_large)
			one->failure = incoming_finish(one->message);
	}
}

/* --- the emails --- */

/* When the last server had it; *ret stays where none says. */
static void received_by_trace(const struct incoming *message, int64_t *ret)
{
	const struct header_field *f =
		mime_find_field(&incoming_mime(message)->parts[0], S("Received"));
	slice rest = f ? f->value : S(""), skipped;
	struct date date;

	while (take_until(&rest, ';', &skipped))
		continue;
	if (f && date_parse_rfc5322(rest, &date)) *ret = date.instant;
}

/* Text without any field is none, nor are octets that no mail has. */
static bool is_message(const struct incoming *message)
{
	const struct mime *m = incoming_mime(message);

	return m->parts[0].field_count > 0 && !m->has_nul;
}

static void check_message(struct call *c, const struct import *i, int64_t *received,
			  struct set_outcome *o)
{
	if (i->has_no_blob) {
		placement_fault(o, "blobId", "blobId names nothing");
	} else if (i->is_too_large) {
		set_refuse(o, "tooLarge", NULL, "the message is too large");
		o->further = json_pack("{s:I}", "maxSize",
				       (json_int_t)call_user(c)->message_max);
	} else if (!is_message(i->message)) {
		set_refuse(o, "invalidEmail", NULL, "the blob is no message");
	} else {
		received_by_trace(i->message, received);
	}
}

static void check_members(json_t *object, struct set_outcome *o)
{
	static const char *const members[] = { "blobId", "mailboxIds", "keywords",
					       "receivedAt" };
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		set_refuse(o, "invalidProperties", NULL, "no object");
	json_object_foreach(object, name, value)
	{
		size_t i = 0;

		while (i < countof(members) && strcmp(members[i], name) != 0)
			i++;
		if (i == countof(members))
			placement_fault(o, name, "there is no such property");
	}
}

static struct import *find_import(struct call *c, const char *name)
{
	struct email_import *s = call_state(c);

	for (size_t i = 0; i < s->count; i++)
		if (!strcmp(s->list[i].name, name)) return &s->list[i];
	return NULL;
}

static enum err create(struct call *c, struct account *a, const char *name,
		       json_t *object, struct set_outcome *o)
{
	CLEANUP(placement_done) struct placement where = { 0 };
	const struct import *i = find_import(c, name);
	int64_t received = call_now(c);
	enum err e;

	if (!i || i->failure) return i ? i->failure : ERR_LATER;
	check_members(object, o);
	check_message(c, i, &received, o);
	placement_received(object, &received, o);
	e = placement_read(c, a, json_object_get(object, "mailboxIds"),
			   json_object_get(object, "keywords"), &where, o);
	return e ? e : placement_append(c, a, i->message, &where, received, o);
}

static enum err state(struct call *, struct account *a, uint64_t *ret)
{
	return state_now(a, STATE_EMAIL, ret);
}

/* What Email/set answers, and this does not. */
static enum err drop_rest(struct call *, struct account *, json_t *response)
{
	static const char *const rest[] = { "updated", "destroyed", "notUpdated",
					    "notDestroyed" };

	for (size_t i = 0; i < countof(rest); i++)
		json_object_del(response, rest[i]);
	return ERR_NONE;
}

static const struct set_type imports = {
	.state = state,
	.create = create,
	.end = drop_rest,
};

static enum err run(struct call *c, struct account *a)
{
	return set_run(c, a, &imports);
}

const struct method email_import = {
	.name = "Email/import",
	.capability = CAPABILITY_MAIL,
	.state_size = sizeof(struct email_import),
	.steps = { { .run = copy_all, .level = JOB_READS },
		   { .prepare = finish_all, .run = run, .level = JOB_WRITES } },
	.free = free_state,
};
