#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "jmap/arguments.h"
#include "jmap/call_private.h"

enum { DESCRIPTION_MAX = 300 };

/* --- what a method may ask --- */

const struct jmap_user *call_user(const struct call *c)
{
	return c->request->user;
}

int64_t call_now(const struct call *c)
{
	return c->request->now;
}

void *call_state(const struct call *c)
{
	return c->state;
}

json_t *call_arguments(const struct call *c)
{
	return c->arguments;
}

struct jmap_request *call_request(struct call *c)
{
	return c->request;
}

bool call_has_failed(const struct call *c)
{
	return c->has_failed;
}

bool call_is_late(const struct call *c)
{
	return clock_monotonic_ms() >= c->request->until_ms;
}

/* --- what it answers --- */

void call_respond(struct call *c, json_t *arguments)
{
	json_decref(c->response);
	c->response = arguments;
	c->octets = 0;
}

void call_fail(struct call *c, const char *type, const char *description, ...)
{
	char text[DESCRIPTION_MAX];
	va_list list;
	json_t *error = json_object();

	va_start(list, description);
	vsnprintf(text, sizeof(text), description, list);
	va_end(list);
	json_object_set_new(error, "type", json_string(type));
	json_object_set_new(error, "description", json_slice(slice_of(text)));
	call_respond(c, error);
	c->has_failed = true;
}

void call_again(struct call *c)
{
	c->wants_again = true;
}

static bool refuse_size(struct call *c)
{
	call_fail(c, "requestTooLarge", "the answer would be too large");
	return false;
}

bool call_reserve(struct call *c, size_t octets)
{
	size_t left = JMAP_ANSWER_MAX - c->request->octets;

	if (octets > left || c->reserved > left - octets) return refuse_size(c);
	c->reserved += octets;
	return true;
}

/* --- ids of what is made --- */

const char *call_id(const struct call *c, const char *id)
{
	const json_t *made;

	if (*id != '#') return id;
	made = json_object_get(c->created, id + 1);
	if (!made) made = json_object_get(c->request->created, id + 1);
	return json_string_value(made);
}

void call_created(struct call *c, const char *name, const char *id)
{
	json_object_set_new(c->created, name, json_string(id));
}

void call_follow(struct call *c, const char *method, json_t *arguments)
{
	c->follower = method;
	json_decref(c->follower_arguments);
	c->follower_arguments = arguments;
}

/* --- its steps --- */

static bool is_step(const struct step *s)
{
	return s->is_needed || s->prepare || s->run || s->ask;
}

const struct step *call_step(struct call *c)
{
	for (; !c->has_failed && c->method && c->step < STEPS_MAX; c->step++) {
		const struct step *s = &c->method->steps[c->step];

		if (!is_step(s)) return NULL;
		if (!s->is_needed || s->is_needed(c)) return s;
	}
	return NULL;
}

void call_break(struct call *c, enum err e)
{
	if (e == ERR_LATER)
		call_fail(c, "serverUnavailable", "try again later");
	else
		call_fail(c, "serverFail", "something is wrong with this account");
}

/* What a run before this one, which counts for nothing, has left. */
static void forget_run(struct call *c)
{
	call_respond(c, NULL);
	c->has_failed = false;
	c->wants_again = false;
	json_object_clear(c->created);
	call_follow(c, NULL, NULL);
}

/* What was reserved for a run that comes again stays so: it goes on from there. */
bool call_run(struct call *c, const struct step *s, struct account *a)
{
	size_t reserved = c->reserved;
	enum err e;

	if (!s->run) return true;
	forget_run(c);
	e = s->run(c, a);
	if (e) call_break(c, e);
	if (!c->has_failed && c->response) answer_measure(c);
	if (s->level != JOB_READS) c->reserved = reserved;
	return !c->has_failed;
}

void call_commit(struct call *c)
{
	if (c->has_failed) return;
	json_object_update(c->request->created, c->created);
	json_object_clear(c->created);
	if (!c->wants_again) {
		c->step++;
		c->is_prepared = false;
	}
	c->wants_again = false;
}
